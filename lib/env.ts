import { availableParallelism } from "node:os";
import path from "node:path";

import type { LogLevel } from "#lib/log.ts";
import { SETTINGS, type SettingName, type SettingValue } from "#lib/settings.ts";

/** What the processes of the product run with. Parsed once, from environment variables, when a process starts. */
export type Env = {
  host: string;
  port: number;
  /** Origin under which browsers reach the console, without a trailing slash. */
  publicUrl: string;
  /** Absolute. */
  dataDir: string;
  databaseUrl: string;
  /** Sessions, signed links and secrets at rest are keyed from this. At least 32 characters. */
  secretKey: string;
  /** Opens what was stored before SECRET_KEY was replaced. */
  previousSecretKey: string | undefined;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  accessKeyId: string | undefined;
  accessKeySecret: string | undefined;
  /** CIDR blocks of private addresses that URL sources may use. */
  allowedPrivateCidrs: string[];
  /** Absolute folders that local Outputs must lie in. */
  outputRoots: string[];
  workerSlots: number;
  sandbox: "auto" | "require" | "off";
  memoryLimitBytes: number;
  uploadMaxBytes: number;
  /** Per project; undefined: only the disk limits. */
  uploadQuotaBytes: number | undefined;
  /** Addresses or CIDR blocks of reverse proxies whose X-Forwarded-* is believed. */
  trustedProxies: string[];
  drainSeconds: number;
  retentionDays: number;
  sourceRetentionDays: number;
  logLevel: LogLevel;
};

/** The settings before the supervisor has filled in what the embedded mode makes itself. */
export type Settings = Omit<Env, "databaseUrl" | "secretKey"> & {
  databaseUrl: string | undefined;
  secretKey: string | undefined;
};

/** One or more settings are wrong; the message has one sentence for each. */
export class EnvError extends Error {
  constructor(sentences: readonly string[]) {
    super(sentences.join("\n"));
    this.name = "EnvError";
  }
}

const GIB = 1024 ** 3;

const SECRET_KEY_NEEDED =
  "SECRET_KEY must be set with a database of your own, the same on every machine, " +
  `for example ${SETTINGS.SECRET_KEY.example}.`;

/**
 * Reads and checks every setting, defaults filled in. DATABASE_URL may be missing, and SECRET_KEY with it: that is the
 * embedded mode, and only the supervisor accepts it.
 * @throws {EnvError} with one sentence per bad variable.
 */
export function parseSettings(source: Record<string, string | undefined>): Settings {
  const problems: string[] = [];
  const read = <N extends SettingName>(name: N): SettingValue<N> | undefined => {
    const value = source[name];
    if (value === undefined || value.trim() === "") return undefined;
    const setting = SETTINGS[name];
    const parsed = setting.schema.safeParse(value);
    if (parsed.success) return parsed.data as SettingValue<N>;
    problems.push(
      `${name} ${parsed.error.issues[0]?.message ?? "is not valid"}, for example ${setting.example}.`,
    );
    return undefined;
  };

  const host = read("HOST") ?? "127.0.0.1";
  const port = read("PORT") ?? 3000;
  const dataDir = read("DATA_DIR") ?? path.resolve("data");
  const outputRoots = read("OUTPUT_ROOTS") ?? [];
  const settings: Settings = {
    host,
    port,
    publicUrl: read("PUBLIC_URL") ?? defaultPublicUrl(host, port),
    dataDir,
    databaseUrl: read("DATABASE_URL"),
    secretKey: read("SECRET_KEY"),
    previousSecretKey: read("PREVIOUS_SECRET_KEY"),
    adminEmail: read("ADMIN_EMAIL"),
    adminPassword: read("ADMIN_PASSWORD"),
    accessKeyId: read("ACCESS_KEY_ID"),
    accessKeySecret: read("ACCESS_KEY_SECRET"),
    allowedPrivateCidrs: read("ALLOWED_PRIVATE_CIDRS") ?? [],
    outputRoots: outputRoots.length > 0 ? outputRoots : [path.join(dataDir, "outputs")],
    workerSlots: read("WORKER_SLOTS") ?? Math.max(1, Math.floor(availableParallelism() / 2)),
    sandbox: read("SANDBOX") ?? "auto",
    memoryLimitBytes: read("MEMORY_LIMIT_BYTES") ?? 4 * GIB,
    uploadMaxBytes: read("UPLOAD_MAX_BYTES") ?? 100 * GIB,
    uploadQuotaBytes: read("UPLOAD_QUOTA_BYTES"),
    trustedProxies: read("TRUSTED_PROXIES") ?? [],
    drainSeconds: read("DRAIN_SECONDS") ?? 30,
    retentionDays: read("RETENTION_DAYS") ?? 400,
    sourceRetentionDays: read("SOURCE_RETENTION_DAYS") ?? 7,
    logLevel: read("LOG_LEVEL") ?? "info",
  };
  if (
    (settings.accessKeyId === undefined) !== (settings.accessKeySecret === undefined) &&
    problems.length === 0
  ) {
    problems.push("ACCESS_KEY_ID and ACCESS_KEY_SECRET belong together: set both or neither.");
  }
  if (settings.databaseUrl !== undefined && settings.secretKey === undefined && problems.length === 0) {
    problems.push(SECRET_KEY_NEEDED);
  }
  if (problems.length > 0) throw new EnvError(problems);
  return settings;
}

/** Like {@link parseSettings}, for a process that needs a database and a key: web, worker, migrate. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const settings = parseSettings(source);
  const { databaseUrl, secretKey } = settings;
  const problems: string[] = [];
  if (databaseUrl === undefined) {
    problems.push(`DATABASE_URL must be set, for example ${SETTINGS.DATABASE_URL.example}.`);
  }
  if (secretKey === undefined) problems.push(SECRET_KEY_NEEDED);
  if (databaseUrl === undefined || secretKey === undefined) throw new EnvError(problems);
  return { ...settings, databaseUrl, secretKey };
}

const shared = globalThis as typeof globalThis & { vodEnv?: Env | undefined };

/** This process's settings, from `process.env` (no `.env` file is read). Call it in functions, never at import. */
export function getEnv(): Env {
  shared.vodEnv ??= parseEnv(process.env);
  return shared.vodEnv;
}

/** Forgets what {@link getEnv} remembers, after a test has changed `process.env`. */
export function resetEnv(): void {
  shared.vodEnv = undefined;
}

/** Where unfinished and finished uploads lie. */
export function uploadsDir(env: Pick<Env, "dataDir">): string {
  return path.join(env.dataDir, "uploads");
}

/** Where the worker keeps a folder per running attempt. */
export function workDir(env: Pick<Env, "dataDir">): string {
  return path.join(env.dataDir, "work");
}

function defaultPublicUrl(host: string, port: number): string {
  // "Every address" is none that a browser could be sent to.
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return new URL(`http://${name}:${port}`).origin;
}

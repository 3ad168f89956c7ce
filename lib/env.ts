import { availableParallelism } from "node:os";
import path from "node:path";
import ipaddr from "ipaddr.js";
import * as z from "zod";

import { LOG_LEVELS, type LogLevel } from "#lib/log.ts";

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

const text = () => z.string().trim();
const wholeNumber = (min: number, max: number, expected: string) =>
  text().regex(/^\d+$/, expected).transform(Number).pipe(z.number().min(min, expected).max(max, expected));
const list = (isItem: (item: string) => boolean, expected: string) =>
  text()
    .transform((value) =>
      value
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== ""),
    )
    .refine((items) => items.every(isItem), expected);

/**
 * Every setting: what it accepts, and what is said when it is something else. An empty variable counts as unset.
 * `example` completes the sentence; `fallback` and `meaning` are the README's table (lib/env.test.ts compares them).
 */
const SETTINGS = {
  HOST: {
    schema: text().regex(/^[A-Za-z0-9.:_-]+$/, "must be an address or a host name to listen on"),
    example: "0.0.0.0",
    fallback: "127.0.0.1",
    meaning: "Address that the console listens on.",
  },
  PORT: {
    schema: wholeNumber(1, 65_535, "must be a port number from 1 to 65535"),
    example: "3000",
    fallback: "3000",
    meaning: "Port that the console listens on.",
  },
  PUBLIC_URL: {
    schema: z
      .url({ protocol: /^https?$/, error: "must be an address that starts with http:// or https://" })
      .refine(isOrigin, "must be an origin only, without a path, a query or a user name")
      .transform((url) => (URL.canParse(url) ? new URL(url).origin : url)),
    example: "https://vod.example.com",
    fallback: "http://HOST:PORT",
    meaning: "Address under which browsers and API clients reach the console. Sign-in needs it to be right.",
  },
  DATA_DIR: {
    schema: text().transform((folder) => path.resolve(folder)),
    example: "/var/lib/vod-console",
    fallback: "./data",
    meaning:
      "Folder of everything that the product writes: database, uploads, work files, default Output, logs.",
  },
  DATABASE_URL: {
    schema: text().refine(isPostgresUrl, "must be a postgresql:// address with a host and a database name"),
    example: "postgresql://vod:password@127.0.0.1:5432/vod",
    fallback: "embedded PostgreSQL",
    meaning:
      "PostgreSQL 14 or later, connected to directly (not through a transaction pooler). Unset: `npm start` runs its own.",
  },
  SECRET_KEY: {
    schema: text().min(32, "must have at least 32 characters"),
    example: "the output of `openssl rand -base64 48`",
    fallback: "generated into DATA_DIR with the embedded database, required otherwise",
    meaning: "Key of sessions, signed links and stored secrets. Losing it makes stored secrets unreadable.",
  },
  ADMIN_EMAIL: {
    schema: text().regex(/^[^\s@]+@[^\s@]+$/, "must be an e-mail address"),
    example: "admin@example.com",
    fallback: "admin@localhost",
    meaning: "First start: the e-mail that the first admin signs in with.",
  },
  ADMIN_PASSWORD: {
    schema: z.string().min(8, "must have at least 8 characters").max(256, "must have at most 256 characters"),
    example: "a sentence that only you know",
    fallback: "generated, printed once",
    meaning: "First start: the first admin's password.",
  },
  ACCESS_KEY_ID: {
    schema: text().regex(
      /^[A-Za-z0-9_.-]{3,128}$/,
      "must be 3 to 128 letters, digits, dots, dashes or underscores",
    ),
    example: "my-program",
    fallback: "none",
    meaning: "First start: an access key in the default project, role operator, for every API dialect.",
  },
  ACCESS_KEY_SECRET: {
    schema: z
      .string()
      .min(16, "must have at least 16 characters")
      .max(256, "must have at most 256 characters"),
    example: "the output of `openssl rand -hex 20`",
    fallback: "none",
    meaning: "First start: the secret of that access key.",
  },
  ALLOWED_PRIVATE_CIDRS: {
    schema: list(isCidr, "must be a comma list of CIDR blocks"),
    example: "10.0.0.0/8,192.168.1.20/32",
    fallback: "none",
    meaning: "Private and local addresses that URL sources may be fetched from; all others are refused.",
  },
  OUTPUT_ROOTS: {
    schema: list(() => true, "must be a comma list of folders").transform((folders) =>
      folders.map((folder) => path.resolve(folder)),
    ),
    example: "/srv/vod,/mnt/media",
    fallback: "DATA_DIR/outputs",
    meaning:
      "Folders that local Outputs must lie in. The first one holds the Output made on the first start.",
  },
  WORKER_SLOTS: {
    schema: wholeNumber(1, 256, "must be a whole number from 1 to 256"),
    example: "2",
    fallback: "half of the processor cores",
    meaning: "Tasks that one worker runs at the same time.",
  },
  SANDBOX: {
    schema: z.enum(["auto", "require", "off"], { error: "must be auto, require or off" }),
    example: "auto",
    fallback: "auto",
    meaning:
      "Isolation of ffmpeg. `require` refuses to start without bubblewrap; `off` is for debugging only.",
  },
  MEMORY_LIMIT_BYTES: {
    schema: wholeNumber(
      256 * 1024 ** 2,
      Number.MAX_SAFE_INTEGER,
      "must be a whole number of bytes, at least 268435456",
    ),
    example: "4294967296",
    fallback: String(4 * GIB),
    meaning: "Memory that one ffmpeg may use.",
  },
  UPLOAD_MAX_BYTES: {
    schema: wholeNumber(1, Number.MAX_SAFE_INTEGER, "must be a whole number of bytes"),
    example: "107374182400",
    fallback: String(100 * GIB),
    meaning: "Largest upload and largest fetched source.",
  },
  TRUSTED_PROXIES: {
    schema: list(isAddressOrCidr, "must be a comma list of addresses or CIDR blocks"),
    example: "127.0.0.1,10.0.0.0/8",
    fallback: "none",
    meaning: "Reverse proxies whose X-Forwarded-* headers are believed; from anyone else they are removed.",
  },
  DRAIN_SECONDS: {
    schema: wholeNumber(0, 86_400, "must be a whole number of seconds from 0 to 86400"),
    example: "600",
    fallback: "30",
    meaning: "Time that a stopping worker gives its running tasks before it hands them back to the queue.",
  },
  RETENTION_DAYS: {
    schema: wholeNumber(1, 36_500, "must be a whole number of days from 1 to 36500"),
    example: "400",
    fallback: "400",
    meaning: "Time that records of settled tasks are kept.",
  },
  SOURCE_RETENTION_DAYS: {
    schema: wholeNumber(1, 36_500, "must be a whole number of days from 1 to 36500"),
    example: "7",
    fallback: "7",
    meaning: "Time that an uploaded file is kept after the last task that used it.",
  },
  LOG_LEVEL: {
    schema: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(", ")}` }),
    example: "info",
    fallback: "info",
    meaning: "Least important lines that are logged.",
  },
} as const satisfies Record<
  string,
  { schema: z.ZodType; example: string; fallback: string; meaning: string }
>;

type SettingName = keyof typeof SETTINGS;
type SettingValue<N extends SettingName> = z.output<(typeof SETTINGS)[N]["schema"]>;

/** Rows of the README's table of settings. */
export const SETTING_DOCS: readonly { name: string; fallback: string; meaning: string }[] = Object.entries(
  SETTINGS,
).map(([name, { fallback, meaning }]) => ({ name, fallback, meaning }));

/**
 * Reads and checks every setting, defaults filled in. DATABASE_URL and SECRET_KEY may be missing: that is the embedded
 * mode, and only the supervisor accepts it.
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
  if (secretKey === undefined) {
    problems.push(
      `SECRET_KEY must be set, the same on every machine, for example ${SETTINGS.SECRET_KEY.example}.`,
    );
  }
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

function isOrigin(value: string): boolean {
  // Refinements run even on what is no address at all.
  if (!URL.canParse(value)) return true;
  const url = new URL(value);
  return (
    url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === ""
  );
}

function isPostgresUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== "" && url.pathname.length > 1;
}

function isCidr(value: string): boolean {
  return ipaddr.isValidCIDR(value);
}

function isAddressOrCidr(value: string): boolean {
  return ipaddr.isValid(value) || ipaddr.isValidCIDR(value);
}

import { execFileSync, spawn, spawnSync, type ChildProcess, type SpawnOptions } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

import { freePort } from "#lib/launcher/free-port.ts";
import {
  C_LOCALE,
  PostgresError,
  preparePostgresRuntime,
  type PostgresRuntime,
  type RunAs,
} from "#lib/launcher/postgres-runtime.ts";

/** A cluster on disk, ready to be started; see {@link prepareCluster}. */
export type Cluster = PostgresRuntime & { dataDir: string; password: string };

export type RunningPostgres = {
  port: number;
  pid: number;
  /** Settles with a sentence when the server has ended, asked or not. */
  ended: Promise<string>;
  /** Address for a role; both roles have the cluster's password. */
  url(database: string, role?: "postgres" | "vod"): string;
  /** Fast shutdown: connections are closed, everything is on disk. */
  stop(): Promise<void>;
};

export type StartOptions = {
  /** Default: any free one. */
  port?: number;
  /** More `-c name=value` settings. */
  settings?: Record<string, string>;
  /** Receives the server's own log, line by line. */
  onLine?: (line: string) => void;
};

/** Web and worker take 10 connections each for Prisma and 10 for the queue, plus listeners; the rest is headroom. */
const MAX_CONNECTIONS = 100;
/** After a crash the old server's children need a moment to let go of shared memory. */
const START_PATIENCE_MS = 15_000;
const STOP_PATIENCE_MS = 30_000;
const BUILTIN_LOCALE_SINCE = 17;
/** pg_trgm asks the C library what a letter is, and in plain C only ASCII is; the first that the machine has is taken. */
const CTYPES = ["C.UTF-8", "en_US.UTF-8", "UTF-8", "C"];

/**
 * Makes `homeDir` (absolute) into a cluster unless it is one: scram password in `homeDir/password` (mode 0600), data
 * checksums, UTF-8 with the built-in C.UTF-8 collation, which is the same on every machine.
 * @param installedDir for tests: run this server (the folder of its `bin`) instead of the embedded one
 * @throws {PostgresError} in a sentence that says what to do.
 */
export function prepareCluster(homeDir: string, installedDir?: string): Cluster {
  const runtime = preparePostgresRuntime(homeDir, installedDir);
  const passwordFile = path.join(homeDir, "password");
  const dataDir = path.join(runtime.homeDir, "data");
  const cluster = { ...runtime, dataDir, password: readOrMakePassword(passwordFile, dataDir) };
  if (!existsSync(path.join(dataDir, "PG_VERSION"))) initialise(cluster);
  const made = Number(readFileSync(path.join(dataDir, "PG_VERSION"), "utf8"));
  const brought = majorVersion(runtime);
  if (made !== brought) {
    throw new PostgresError(
      `The database in ${dataDir} was made by PostgreSQL ${made}; this version brings ${brought}. ` +
        `Restore a backup into an empty DATA_DIR.`,
    );
  }
  return cluster;
}

/** Starts the server on 127.0.0.1 and waits until it takes connections. */
export async function startPostgres(cluster: Cluster, options: StartOptions = {}): Promise<RunningPostgres> {
  const deadline = Date.now() + START_PATIENCE_MS;
  for (;;) {
    const port = options.port ?? (await freePort());
    const attempt = await tryStart(cluster, port, options);
    if (typeof attempt !== "string") return attempt;
    const isBusy = /already exists|still in use|being used by another|Is another postmaster/.test(attempt);
    const isPortTaken = options.port === undefined && attempt.includes("could not bind");
    if (Date.now() > deadline || !(isBusy || isPortTaken)) {
      throw new PostgresError(
        `The embedded PostgreSQL in ${cluster.dataDir} did not start: ${attempt.trim()}`,
      );
    }
    if (isBusy) await clearLeftover(cluster);
    await sleep(300);
  }
}

/** Makes the database `name`, owned by the role `vod` (no superuser), when either is missing. */
export async function ensureDatabase(
  postgres: RunningPostgres,
  cluster: Cluster,
  name: string,
): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url("postgres", "postgres") });
  await client.connect();
  try {
    const password = client.escapeLiteral(cluster.password);
    const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'vod'");
    if (role.rowCount === 0) await client.query(`CREATE ROLE vod LOGIN PASSWORD ${password}`);
    const database = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (database.rowCount === 0)
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} OWNER vod`);
  } finally {
    await client.end();
  }
}

function readOrMakePassword(file: string, dataDir: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  if (existsSync(path.join(dataDir, "PG_VERSION"))) {
    throw new PostgresError(
      `${file} is missing, and the database in ${dataDir} cannot be opened without it.`,
    );
  }
  const password = randomBytes(24).toString("base64url");
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return password;
}

function initialise(cluster: Cluster): void {
  const passwordFile = path.join(cluster.dataDir, "..", "password.init");
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  if (cluster.runAs !== undefined) chownSync(passwordFile, cluster.runAs.uid, cluster.runAs.gid);
  try {
    let problem = "";
    for (const ctype of CTYPES) {
      problem = initdb(cluster, passwordFile, ctype);
      if (problem === "") return;
      if (!problem.includes("locale")) break;
    }
    throw new PostgresError(`The database could not be made in ${cluster.dataDir}: ${problem}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function majorVersion({ nativeDir, runAs }: PostgresRuntime): number {
  const program = path.join(nativeDir, "bin", "postgres");
  const said = execFileSync(program, ["--version"], { ...identityOf(runAs), encoding: "utf8" });
  return Number(/\(PostgreSQL\) (\d+)/.exec(said)?.[1]);
}

/** An empty string, or what initdb said. */
function initdb(cluster: Cluster, passwordFile: string, ctype: string): string {
  const { dataDir, nativeDir, runAs } = cluster;
  const locale =
    majorVersion(cluster) >= BUILTIN_LOCALE_SINCE
      ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
      : [];
  // What an interrupted initdb left has no PG_VERSION.
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (runAs !== undefined) chownSync(dataDir, runAs.uid, runAs.gid);
  const { status, stderr, error } = spawnSync(
    path.join(nativeDir, "bin", "initdb"),
    [
      ...["-D", dataDir, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`],
      ...["--encoding=UTF8", "--locale=C", `--lc-ctype=${ctype}`],
      ...locale,
      ...["--data-checksums", "--no-instructions"],
    ],
    { ...identityOf(runAs), encoding: "utf8" },
  );
  if (status === 0) return "";
  rmSync(dataDir, { recursive: true, force: true });
  return (error?.message ?? stderr).trim() || `initdb exited with code ${status}.`;
}

/** The running server, or what it said before it ended. */
async function tryStart(
  cluster: Cluster,
  port: number,
  options: StartOptions,
): Promise<RunningPostgres | string> {
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: String(MAX_CONNECTIONS),
    ...options.settings,
  };
  const args = [
    "-D",
    cluster.dataDir,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  const child = spawn(path.join(cluster.nativeDir, "bin", "postgres"), args, {
    ...identityOf(cluster.runAs),
    // A group of its own: Ctrl-C in a terminal is for the supervisor, which ends the database last.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = endOf(child);
  const said: string[] = [];
  const isReady = await new Promise<boolean>((resolve) => {
    let rest = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        options.onLine?.(line);
        if (said.push(line) > 30) said.shift();
        if (line.includes("database system is ready to accept connections")) resolve(true);
      }
    });
    void ended.then(() => resolve(false));
  });
  if (!isReady || child.pid === undefined) return said.join("\n") || (await ended);
  return {
    port,
    pid: child.pid,
    ended,
    url: (database, role = "vod") =>
      `postgresql://${role}:${cluster.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stop: () => stop(child, ended),
  };
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  const timer = new AbortController();
  const isLate = await Promise.race([
    ended.then(() => false),
    sleep(STOP_PATIENCE_MS, true, { signal: timer.signal }).catch(() => false),
  ]);
  timer.abort();
  if (isLate) child.kill("SIGQUIT");
  await ended;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) =>
      resolve(signal === null ? `It exited with code ${code}.` : `It was ended by ${signal}.`),
    );
  });
}

/**
 * A supervisor that was killed leaves its server running, and a killed server leaves its pid file, whose number may by
 * now be another program's. The first is shut down; the file of the second is removed.
 */
async function clearLeftover(cluster: Cluster): Promise<void> {
  const file = path.join(cluster.dataDir, "postmaster.pid");
  if (process.platform !== "linux" || !existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (!existsSync(`/proc/${pid}`)) return;
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  const isOurs = /postgres/.test(command[0] ?? "") && command.includes(cluster.dataDir);
  if (!isOurs) {
    rmSync(file, { force: true });
    return;
  }
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + START_PATIENCE_MS;
  while (existsSync(`/proc/${pid}`) && Date.now() < deadline) await sleep(100);
}

function identityOf(runAs: RunAs | undefined): Pick<SpawnOptions, "uid" | "gid" | "cwd" | "env"> {
  const account = runAs === undefined ? {} : { uid: runAs.uid, gid: runAs.gid };
  return { ...account, cwd: "/", env: { ...C_LOCALE, PATH: process.env["PATH"] } };
}

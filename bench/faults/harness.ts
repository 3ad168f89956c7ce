import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { closeDb } from "#lib/db/client.ts";
import { resetEnv } from "#lib/env.ts";
import {
  type Cluster,
  ensureDatabase,
  prepareCluster,
  type RunningPostgres,
  startPostgres,
} from "#lib/launcher/embedded-postgres.ts";
import { freePort } from "#lib/launcher/free-port.ts";
import { migrateDatabase } from "#lib/launcher/migrate.ts";
import { seed } from "#lib/launcher/seed.ts";

import { Kept } from "./kept.ts";

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, "../..");
/** A stopped encoder is noticed after this time instead of 90 s. */
const STALL_SECONDS = "5";

export const ACCESS_KEY = { id: "drill", secret: "a secret of the drill, 0123456789" };

export type InstallationOptions = {
  /** Folder of the sources that workers run. */
  workerSources?: string;
  workers: number;
  slots: number;
};

/** A whole installation in a folder of its own: database, web and workers, on free ports of 127.0.0.1. */
export class Installation {
  readonly dir: string;
  readonly web: Kept;
  readonly workers: Kept[];
  readonly #cluster: Cluster;
  #postgres: RunningPostgres;
  readonly webUrl: string;

  private constructor(
    dir: string,
    cluster: Cluster,
    postgres: RunningPostgres,
    port: number,
    options: InstallationOptions,
  ) {
    this.dir = dir;
    this.#cluster = cluster;
    this.#postgres = postgres;
    this.webUrl = `http://127.0.0.1:${port}`;
    const log = (name: string) => path.join(dir, "logs", `${name}.log`);
    this.web = new Kept({
      name: "web",
      script: "lib/http/server.ts",
      cwd: ROOT,
      env: () => ({ NODE_ENV: "production", PORT: String(port), HOST: "127.0.0.1", LOG_LEVEL: "warn" }),
      isReady: async () =>
        fetch(`${this.webUrl}/api/health`, { signal: AbortSignal.timeout(3_000) }).then(
          ({ ok }) => ok,
          // Nothing listens yet.
          () => false,
        ),
      logFile: log("web"),
    });
    this.workers = Array.from({ length: options.workers }, (_, index) => {
      const name = `worker-${index + 1}`;
      return new Kept({
        name,
        script: "lib/worker/main.ts",
        cwd: options.workerSources ?? ROOT,
        env: () => ({
          LOG_LEVEL: "info",
          WORKER_SLOTS: String(options.slots),
          DRAIN_SECONDS: "2",
          FAULT_DRILL: "1",
          FAULT_STALL_SECONDS: STALL_SECONDS,
        }),
        isReady: async (output) => output.includes("worker ready"),
        logFile: log(name),
      });
    });
  }

  static async make(options: InstallationOptions): Promise<Installation> {
    const dir = mkdtempSync(path.join(os.tmpdir(), "vod-drill-"));
    // As root the database and the encoders run as somebody else, who must be able to enter.
    chmodSync(dir, 0o711);
    for (const folder of ["db", "data", "logs"]) mkdirSync(path.join(dir, folder), { mode: 0o711 });
    const cluster = prepareCluster(path.join(dir, "db"));
    const postgres = await startPostgres(cluster, { port: await freePort() });
    await ensureDatabase(postgres, cluster, "vod");
    const port = await freePort();
    Object.assign(process.env, {
      DATABASE_URL: postgres.url("vod"),
      SECRET_KEY: "a key that only the drill uses, 0123456789",
      DATA_DIR: path.join(dir, "data"),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      ALLOWED_PRIVATE_CIDRS: "127.0.0.0/8",
      ACCESS_KEY_ID: ACCESS_KEY.id,
      ACCESS_KEY_SECRET: ACCESS_KEY.secret,
      LOG_LEVEL: process.env["LOG_LEVEL"] ?? "silent",
    });
    resetEnv();
    await migrateDatabase(postgres.url("vod"));
    await seed();
    return new Installation(dir, cluster, postgres, port, options);
  }

  get databaseUrl(): string {
    return this.#postgres.url("vod");
  }

  /** Ends the database like a power cut (`SIGQUIT`) or in order (`SIGINT`), and starts it again after a while. */
  async interruptDatabase(signal: "SIGQUIT" | "SIGINT", awayMs: number): Promise<void> {
    const { port, pid, ended } = this.#postgres;
    process.kill(pid, signal);
    await ended;
    await sleep(awayMs);
    this.#postgres = await startPostgres(this.#cluster, { port });
  }

  /** Encoders that run in this installation. */
  encoders(): number[] {
    return readdirSync("/proc").flatMap((name) => {
      if (!/^\d+$/.test(name) || readProc(name, "comm").trim() !== "ffmpeg") return [];
      return readProc(name, "cmdline").includes(this.dir) ? [Number(name)] : [];
    });
  }

  /** Stops everything; `keep` leaves the folder for a look at logs. */
  async close(keep: boolean): Promise<void> {
    await Promise.all([this.web, ...this.workers].map((kept) => kept.stop("SIGKILL")));
    await closeDb();
    await this.#postgres.stop();
    if (!keep) rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Of a process that may be gone by now: "" then. */
function readProc(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Ids of the ancestors of a process, nearest first. */
export function ancestorsOf(pid: number): number[] {
  const parent = Number(/^PPid:\s+(\d+)$/m.exec(readProc(String(pid), "status"))?.[1] ?? 0);
  return parent <= 1 ? [] : [parent, ...ancestorsOf(parent)];
}

/** The command line of a process; "" when it is gone. */
export const commandOf = (pid: number): string => readProc(String(pid), "cmdline").replaceAll("\0", " ");

/** Clips of this many seconds to encode: with picture and sound, and one that is no media at all. */
export async function makeClips(
  folder: string,
  seconds: number,
  size = "320x180",
): Promise<{ good: string; bad: string }> {
  mkdirSync(folder, { recursive: true });
  const good = path.join(folder, "clip.mp4");
  await run("ffmpeg", [
    ...["-nostdin", "-loglevel", "error", "-y"],
    ...["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=25:duration=${seconds}`],
    ...["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", good],
  ]);
  const bad = path.join(folder, "broken.mp4");
  await run("cp", ["/proc/self/exe", bad]);
  return { good, bad };
}

/** Waits until `isDone`; false when the time is up. Errors of a database that is away count as "not yet". */
export async function waitUntil(
  isDone: () => Promise<boolean>,
  limitMs: number,
  stepMs = 500,
): Promise<boolean> {
  const until = Date.now() + limitMs;
  while (Date.now() < until) {
    if (await isDone().catch(() => false)) return true;
    await sleep(stepMs);
  }
  return false;
}

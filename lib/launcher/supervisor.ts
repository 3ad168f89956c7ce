import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { rotateSecrets } from "#lib/auth/rotate-secrets.ts";
import { closeDb } from "#lib/db/client.ts";
import { resetEnv, type Settings } from "#lib/env.ts";
import type { Health } from "#lib/http/health.ts";
import { backupBeforeMigrations } from "#lib/launcher/backup/before-migrations.ts";
import { prepareDataDir, readOrMakeSecretKey } from "#lib/launcher/data-dir.ts";
import { portProblem } from "#lib/launcher/free-port.ts";
import { lockDataDir } from "#lib/launcher/instance-lock.ts";
import { keepDatabase, type KeptDatabase } from "#lib/launcher/keep-database.ts";
import { keepRunning, type KeptProcess } from "#lib/launcher/keep-running.ts";
import { migrateDatabase } from "#lib/launcher/migrate.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";
import { seed, type FirstAdmin } from "#lib/launcher/seed.ts";

const HEALTH_EVERY_MS = 250;
/** After this long without health, say what is missing; then again at the same distance. */
const PATIENCE_MS = 30_000;
/** The web process ends its streams and refuses uploads within 10 s by itself. */
const WEB_STOP_MS = 15_000;
/** On top of DRAIN_SECONDS, for handing tasks back and ending ffmpeg; well beyond the worker's own 15 s for that. */
const WORKER_MARGIN_MS = 25_000;

export type Supervisor = {
  /** Address of the web process as this machine reaches it. */
  localUrl: string;
  /** Made by this start; undefined on every later one. */
  firstAdmin: FirstAdmin | undefined;
  pids: () => { web: number | undefined; worker: number | undefined; database: number | undefined };
  /** Resolves when `/api/health` says 200 and counts a worker; false when stopped before. */
  ready: Promise<boolean>;
  /** Worker and web first, the database last. Calling it again waits for the same stop. */
  stop: () => Promise<void>;
};

/**
 * `say` receives what a person should see; `onFirstAdmin` the first admin as soon as there is one, because a generated
 * password is kept nowhere; `isDev` serves the sources with Next's development mode.
 */
export type SuperviseOptions = {
  say: (sentence: string) => void;
  onFirstAdmin?: (admin: FirstAdmin) => void;
  isDev?: boolean;
};

/**
 * Everything on one machine: database (unless DATABASE_URL names one), migrations, seed, web and one worker; what
 * crashes is started again. Dependencies, tools and build are there already.
 * @throws {Error} that explains itself: LauncherError, PostgresError, MigrationError
 */
export async function supervise(
  settings: Settings,
  { say, onFirstAdmin, isDev = false }: SuperviseOptions,
): Promise<Supervisor> {
  const { dataDir, host, port } = settings;
  prepareDataDir(dataDir);
  const unlock = lockDataDir(dataDir, settings.publicUrl);
  let database: KeptDatabase | undefined;
  try {
    await refuseTakenPort(host, port);
    database = settings.databaseUrl === undefined ? await keepDatabase(dataDir, say) : undefined;
    const databaseUrl = settings.databaseUrl ?? database?.url ?? "";
    const env = {
      DATABASE_URL: databaseUrl,
      SECRET_KEY: settings.secretKey ?? readOrMakeSecretKey(dataDir),
      DATA_DIR: dataDir,
      NODE_ENV: isDev ? "development" : "production",
    };
    if (database !== undefined) await backupBeforeMigrations(settings, say);
    await migrateDatabase(databaseUrl);
    // The seed runs here, with the settings of the processes to come.
    Object.assign(process.env, env);
    resetEnv();
    const firstAdmin = await prepareRows(settings, say).finally(closeDb);
    if (firstAdmin !== undefined) onFirstAdmin?.(firstAdmin);

    const program = (name: string, script: string, args: string[] = []) =>
      keepRunning({
        name,
        script,
        args,
        env,
        say,
        isChatty: isDev,
        logFile: path.join(dataDir, "logs", `${name}.log`),
      });
    const web = program("web", "lib/http/server.ts", isDev ? ["--dev"] : []);
    const worker = program("worker", "lib/worker/main.ts");
    return running({ settings, say, firstAdmin, web, worker, database, unlock });
  } catch (error) {
    await database?.stop();
    unlock();
    throw error;
  }
}

/** Seeds; and when SECRET_KEY was replaced, stores the secrets under it before anybody reads them. */
async function prepareRows(
  settings: Settings,
  say: (sentence: string) => void,
): Promise<FirstAdmin | undefined> {
  if (settings.previousSecretKey !== undefined) {
    const renewed = await rotateSecrets();
    say(
      `SECRET_KEY was replaced: ${renewed} stored secrets are under the new one. PREVIOUS_SECRET_KEY can go.`,
    );
  }
  return seed();
}

type Parts = {
  settings: Settings;
  say: (sentence: string) => void;
  firstAdmin: FirstAdmin | undefined;
  web: KeptProcess;
  worker: KeptProcess;
  database: KeptDatabase | undefined;
  unlock: () => void;
};

function running({ settings, say, firstAdmin, web, worker, database, unlock }: Parts): Supervisor {
  const localUrl = localAddress(settings.host, settings.port);
  const stopping = new AbortController();
  const stopAll = async (): Promise<void> => {
    stopping.abort();
    await Promise.all([web.stop(WEB_STOP_MS), worker.stop(settings.drainSeconds * 1_000 + WORKER_MARGIN_MS)]);
    await database?.stop();
    unlock();
  };
  let stopped: Promise<void> | undefined;
  return {
    localUrl,
    firstAdmin,
    pids: () => ({ web: web.pid(), worker: worker.pid(), database: database?.pid() }),
    ready: untilHealthy(localUrl, stopping.signal, say),
    stop: () => (stopped ??= stopAll()),
  };
}

async function untilHealthy(
  url: string,
  signal: AbortSignal,
  say: (sentence: string) => void,
): Promise<boolean> {
  let nextWord = Date.now() + PATIENCE_MS;
  while (!signal.aborted) {
    const state = await health(url, signal);
    if (state === undefined) return true;
    if (Date.now() > nextWord) {
      say(`Still starting: ${state}`);
      nextWord = Date.now() + PATIENCE_MS;
    }
    await sleep(HEALTH_EVERY_MS);
  }
  return false;
}

/** Undefined when all is well, otherwise what the web process says, or why it says nothing. */
async function health(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
    const response = await fetch(`${url}/api/health`, { signal: limit });
    if (!response.ok) return `${response.status} ${await response.text()}`;
    const { workers } = (await response.json()) as Pick<Health, "workers">;
    // One that is paused for lack of disk space has started all the same.
    return workers !== null && workers.online + workers.paused > 0 ? undefined : "no worker is online yet";
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  }
}

async function refuseTakenPort(host: string, port: number): Promise<void> {
  const problem = await portProblem(host, port);
  if (problem === undefined) return;
  const address = `Port ${port} on ${host}`;
  if (problem === "EADDRINUSE") {
    throw new LauncherError(
      `${address} is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm start`,
    );
  }
  if (problem === "EACCES")
    throw new LauncherError(`${address} needs more rights. Choose one above 1023: PORT=3000 npm start`);
  throw new LauncherError(
    `VOD Console cannot listen on ${host}, port ${port}: ${problem}. See HOST and PORT.`,
  );
}

/** Where this machine itself reaches a server that listens on `host`. */
function localAddress(host: string, port: number): string {
  if (host === "0.0.0.0") return `http://127.0.0.1:${port}`;
  if (host === "::") return `http://[::1]:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

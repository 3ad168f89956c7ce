import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

import { prepareCluster, startPostgres, type Cluster } from "#lib/launcher/embedded-postgres.ts";
import { findRunning, lockDataDir } from "#lib/launcher/instance-lock.ts";
import { openLogFile } from "#lib/launcher/log-file.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";

/** A database that has just crashed is back within this time. */
const PATIENCE_MS = 20_000;

/** The embedded database as its superuser; `database` is the product's. */
export type ClusterSession = { cluster: Cluster; client: pg.Client; database: pg.Client };

/**
 * Runs `work` with sessions at the embedded database of DATA_DIR: at the running one, or, when nothing runs there, at one
 * that is started for this and stopped afterwards, while no other start can begin.
 * @throws {LauncherError} when there is no database
 */
export async function withCluster<T>(
  dataDir: string,
  work: (session: ClusterSession) => Promise<T>,
): Promise<T> {
  const homeDir = path.join(dataDir, "postgres");
  if (!existsSync(homeDir)) {
    throw new LauncherError(
      `There is no database in ${dataDir}. DATA_DIR names the folder of an installation; DATABASE_URL a server of your own.`,
    );
  }
  const cluster = prepareCluster(homeDir);
  if (findRunning(dataDir) !== undefined)
    return atPort(cluster, () => readPort(cluster), work, Date.now() + PATIENCE_MS);
  const unlock = lockDataDir(dataDir, "a backup");
  const log = openLogFile(path.join(dataDir, "logs", "postgres.log"));
  try {
    const server = await startPostgres(cluster, { onLine: (line) => log.write(line) });
    try {
      return await atPort(cluster, () => server.port, work, Date.now());
    } finally {
      await server.stop();
    }
  } finally {
    log.close();
    unlock();
  }
}

/** {@link withCluster} for who has started the server itself. */
export async function atPort<T>(
  cluster: Cluster,
  port: () => number | undefined,
  work: (session: ClusterSession) => Promise<T>,
  deadline: number,
): Promise<T> {
  for (;;) {
    const clients = await connect(cluster, port());
    if (clients instanceof Array) {
      const [client, database] = clients;
      try {
        return await work({ cluster, client, database });
      } finally {
        await Promise.all([client.end(), database.end()]);
      }
    }
    if (Date.now() >= deadline)
      throw new LauncherError(`The database of ${cluster.dataDir} does not answer: ${clients}`);
    await sleep(500);
  }
}

/** Two sessions, or why there are none. */
async function connect(
  cluster: Cluster,
  port: number | undefined,
): Promise<readonly [pg.Client, pg.Client] | string> {
  if (port === undefined) return "it is not running.";
  const open = (name: string) => {
    const client = new pg.Client({
      connectionString: `postgresql://postgres:${cluster.password}@127.0.0.1:${port}/${name}`,
      application_name: "vod-console backup",
    });
    // A session that ends in between is seen by the next query, or at its end.
    client.on("error", () => undefined);
    return client;
  };
  const clients = [open("postgres"), open("vod")] as const;
  try {
    for (const client of clients) await client.connect();
    return clients;
  } catch (error) {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    return error instanceof Error ? error.message : String(error);
  }
}

/** The fourth line of a running server's pid file. */
function readPort({ dataDir }: Cluster): number | undefined {
  const file = path.join(dataDir, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const port = Number(readFileSync(file, "utf8").split("\n")[3]);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

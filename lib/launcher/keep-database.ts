import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import {
  ensureDatabase,
  prepareCluster,
  startPostgres,
  type RunningPostgres,
} from "#lib/launcher/embedded-postgres.ts";
import { openLogFile } from "#lib/launcher/log-file.ts";

const DATABASE = "vod";
const RESTART_PAUSE_MS = 1_000;
const RETRY_PAUSE_MS = 5_000;

export type KeptDatabase = { url: string; pid: () => number; stop: () => Promise<void> };

/**
 * The embedded PostgreSQL of DATA_DIR, with the database `vod`. When the server ends it is started again on the same
 * port, so that everybody's DATABASE_URL stays true.
 * @param say receives what a person should see
 */
export async function keepDatabase(dataDir: string, say: (sentence: string) => void): Promise<KeptDatabase> {
  const homeDir = path.join(dataDir, "postgres");
  const isNew = !existsSync(homeDir);
  const cluster = prepareCluster(homeDir);
  if (isNew && cluster.homeDir !== homeDir) {
    say(`The database's account may not enter ${dataDir}: the database itself is in ${cluster.homeDir}.`);
  }
  const logPath = path.join(dataDir, "logs", "postgres.log");
  const log = openLogFile(logPath);
  const onLine = (line: string) => log.write(line);

  let server = await startPostgres(cluster, { onLine });
  await ensureDatabase(server, cluster, DATABASE);
  const { port } = server;
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;

  const again = async (): Promise<RunningPostgres | undefined> => {
    await sleep(RESTART_PAUSE_MS);
    while (!isStopping()) {
      try {
        return await startPostgres(cluster, { onLine, port });
      } catch (error) {
        say(`database: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(RETRY_PAUSE_MS);
      }
    }
    return undefined;
  };
  const watch = async (): Promise<void> => {
    while (!isStopping()) {
      const end = await server.ended;
      if (isStopping()) break;
      say(`The database ended (${end}); it starts again. Log: ${logPath}`);
      const next = await again();
      if (next === undefined) break;
      server = next;
    }
  };
  const watching = watch();

  return {
    url: server.url(DATABASE),
    pid: () => server.pid,
    stop: async () => {
      stopping.abort();
      await server.stop();
      await watching;
      // One that was being started while we stopped the last.
      await server.stop();
      log.close();
    },
  };
}

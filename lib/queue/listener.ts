import { setTimeout as sleep } from "node:timers/promises";

import pg from "pg";

import { logger } from "#lib/log.ts";

export type Listener = { close: () => Promise<void> };

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 5_000;
/** A silent connection is asked for a sign of life this often: a cut cable tells nobody. */
const PROBE_MS = 10_000;

export type ListenOptions = {
  /** What the connection is called in pg_stat_activity. */
  name?: string;
  /** The connection is lost, and `onGap` follows once there is another; or the listener was closed. */
  onLost?: () => void;
};

/**
 * Listens on PostgreSQL channels over one connection of its own, for as long as the process lives: a lost connection is
 * made again, and `onGap` then says that messages may have been missed. Resolves once the first LISTEN stands.
 */
export async function listen(
  databaseUrl: string,
  handlers: Record<string, (payload: string) => void>,
  onGap: () => void = () => undefined,
  { name = "vod-console listener", onLost = () => undefined }: ListenOptions = {},
): Promise<Listener> {
  const closing = new AbortController();
  let current = await connect(databaseUrl, handlers, name);
  const loop = (async () => {
    while (!closing.signal.aborted) {
      await waitForEnd(current, closing.signal);
      onLost();
      await current.end().catch(() => undefined);
      const next = await reconnect(databaseUrl, handlers, name, closing.signal);
      if (next === null) return;
      current = next;
      onGap();
    }
  })();
  return {
    close: async () => {
      closing.abort();
      await loop;
    },
  };
}

/** Tries until it works, or `signal` fires: null then. */
async function reconnect(
  databaseUrl: string,
  handlers: Record<string, (payload: string) => void>,
  name: string,
  signal: AbortSignal,
): Promise<pg.Client | null> {
  for (let delay = FIRST_DELAY_MS; !signal.aborted; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    try {
      return await connect(databaseUrl, handlers, name);
    } catch (error) {
      logger("listener").warn({ err: error }, "cannot listen to the database, trying again");
      // Ends early when the signal fires, which the loop asks about.
      await sleep(delay, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}

async function connect(
  databaseUrl: string,
  handlers: Record<string, (payload: string) => void>,
  name: string,
): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: name,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  });
  // An error ends the connection; "end" is what is waited for.
  client.on("error", () => undefined);
  client.on("notification", ({ channel, payload }) => handlers[channel]?.(payload ?? ""));
  try {
    await client.connect();
    for (const channel of Object.keys(handlers)) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
  } catch (error) {
    // Connected, but not listening: nobody else would close it.
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

/** Resolves when the connection is gone, or `signal` fires. */
function waitForEnd(client: pg.Client, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let isWaiting = false;
    const probe = setInterval(() => {
      // The answer to the last probe never came.
      if (isWaiting) {
        finish();
        return;
      }
      isWaiting = true;
      client.query("SELECT 1").then(
        () => (isWaiting = false),
        () => finish(),
      );
    }, PROBE_MS);
    const finish = () => {
      clearInterval(probe);
      client.off("end", finish);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    client.once("end", finish);
    signal.addEventListener("abort", finish, { once: true });
    if (signal.aborted) finish();
  });
}

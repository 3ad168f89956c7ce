import pg from "pg";

import { getEnv } from "#lib/env.ts";
import { logger } from "#lib/log.ts";
import { EVENTS_CHANNEL, type EventPayload } from "#lib/queue/notify.ts";
import type { TaskMessage } from "#lib/tasks/view.ts";

/** One browser that listens. `end` closes its stream; the browser then connects again and reads its rows anew. */
export type Listener = { send: (message: TaskMessage) => void; end: () => void };

const RETRY_MS = [250, 500, 1_000, 2_000, 5_000];

/**
 * The web process's one LISTEN connection, and the browsers that it serves. When the connection is lost, messages may
 * have been missed: every stream is ended, so that its browser comes back and reads its rows again, and the hub
 * connects again for as long as it takes.
 */
export class LiveHub {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #log = logger("live");
  #client: pg.Client | null = null;
  #isClosed = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  /** Connects; rejects when the first attempt fails (a wrong DATABASE_URL must stop the start). */
  async start(): Promise<void> {
    await this.#connect();
  }

  /** Whether notifications arrive at this moment. */
  get isListening(): boolean {
    return this.#client !== null;
  }

  /** Streams that are open. */
  get size(): number {
    let size = 0;
    for (const set of this.#listeners.values()) size += set.size;
    return size;
  }

  /** Adds a listener to a project (UUID); the function returned takes it out again. */
  subscribe(projectId: string, listener: Listener): () => void {
    if (this.#isClosed) {
      listener.end();
      return () => undefined;
    }
    const set = this.#listeners.get(projectId) ?? new Set();
    this.#listeners.set(projectId, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.#listeners.get(projectId) === set) this.#listeners.delete(projectId);
    };
  }

  /** Ends every stream and the connection, for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#endAll();
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  #endAll(): void {
    const all = [...this.#listeners.values()].flatMap((set) => [...set]);
    this.#listeners.clear();
    for (const listener of all) listener.end();
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: getEnv().databaseUrl,
      application_name: "vod-console live",
      keepAlive: true,
    });
    client.on("notification", ({ payload }) => this.#receive(payload));
    client.on("error", (error) => this.#lose(client, error));
    client.on("end", () => this.#lose(client));
    try {
      await client.connect();
      await client.query(`LISTEN ${EVENTS_CHANNEL}`);
    } catch (error) {
      client.removeAllListeners("end");
      await client
        .end()
        .catch((endError: unknown) => this.#log.debug({ err: endError }, "closing a failed connection"));
      throw error;
    }
    if (this.#isClosed) return client.end();
    this.#client = client;
    this.#failures = 0;
  }

  #lose(client: pg.Client, error?: Error): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = null;
    this.#log.warn({ err: error }, "the LISTEN connection was lost; connecting again");
    this.#endAll();
    this.#connectLater();
  }

  #connectLater(): void {
    const delay = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
    this.#retry = setTimeout(() => {
      this.#connect().catch((error: unknown) => {
        this.#log.warn({ err: error }, "the LISTEN connection could not be made");
        if (!this.#isClosed) this.#connectLater();
      });
    }, delay);
  }

  #receive(payload: string | undefined): void {
    const event = readPayload(payload);
    if (event === null) {
      this.#log.warn({ payload }, "a notification that is not ours");
      return;
    }
    for (const listener of this.#listeners.get(event.projectId) ?? []) listener.send(event.message);
  }
}

function readPayload(payload: string | undefined): EventPayload | null {
  try {
    const event = JSON.parse(payload ?? "") as Partial<EventPayload> | null;
    return typeof event?.projectId === "string" && event.message !== undefined
      ? (event as EventPayload)
      : null;
  } catch {
    return null;
  }
}

/** This process's hub, on globalThis: the server starts it, Next's handlers subscribe to it. */
export function liveHub(): LiveHub {
  const shared = globalThis as typeof globalThis & { vodLiveHub?: LiveHub };
  return (shared.vodLiveHub ??= new LiveHub());
}

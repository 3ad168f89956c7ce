import { getEnv } from "#lib/env.ts";
import { logger } from "#lib/log.ts";
import { listen, type Listener as Connection } from "#lib/queue/listener.ts";
import { EVENTS_CHANNEL, type EventPayload } from "#lib/queue/notify.ts";
import type { TaskMessage } from "#lib/tasks/view.ts";

/** One browser that listens. `end` closes its stream; the browser then connects again and reads its rows anew. */
export type Listener = { send: (message: TaskMessage) => void; end: () => void };

/**
 * The web process's one LISTEN connection, and the browsers that it serves. When the connection is lost, messages may
 * have been missed: every stream is ended, so that its browser comes back and reads its rows again. The streams that were opened
 * before messages arrive again are ended as well, then: they have missed what came in between.
 */
export class LiveHub {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #log = logger("live");
  #connection: Connection | null = null;
  #isListening = false;
  #isClosed = false;

  /** Connects; rejects when the first attempt fails (a wrong DATABASE_URL must stop the start). */
  async start(): Promise<void> {
    const connection = await listen(
      getEnv().databaseUrl,
      { [EVENTS_CHANNEL]: (payload) => this.#receive(payload) },
      () => this.#setListening(true),
      { name: "vod-console live", onLost: () => this.#setListening(false) },
    );
    if (this.#isClosed) return connection.close();
    this.#connection = connection;
    this.#isListening = true;
  }

  /** Whether notifications arrive at this moment. */
  get isListening(): boolean {
    return this.#isListening;
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
    this.#isListening = false;
    this.#endAll();
    const connection = this.#connection;
    this.#connection = null;
    await connection?.close();
  }

  #endAll(): void {
    const all = [...this.#listeners.values()].flatMap((set) => [...set]);
    this.#listeners.clear();
    for (const listener of all) listener.end();
  }

  /** Lost or back: in both cases the streams that are open have missed something, or will. */
  #setListening(isListening: boolean): void {
    if (this.#isClosed) return;
    this.#isListening = isListening;
    this.#log.warn(
      isListening ? "messages arrive again" : "the LISTEN connection was lost; connecting again",
    );
    this.#endAll();
  }

  #receive(payload: string): void {
    const event = readPayload(payload);
    if (event === null) {
      this.#log.warn({ payload }, "a notification that is not ours");
      return;
    }
    for (const listener of this.#listeners.get(event.projectId) ?? []) listener.send(event.message);
  }
}

function readPayload(payload: string): EventPayload | null {
  try {
    const event = JSON.parse(payload) as Partial<EventPayload> | null;
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

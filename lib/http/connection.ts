/**
 * Whether the server could be reached by this tab's last call. `doubtful`: a call got no answer, or a wrong one that
 * the health of the server may explain: it is being asked. `down`: no answer came. `database`: the server answers, its database does not.
 */
export type ConnectionState = "up" | "doubtful" | "down" | "database";

/** One for the tab; components/session asks again while it is not `up`, and shows it. */
class Connection {
  #state: ConnectionState = "up";
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly getSnapshot = (): ConnectionState => this.#state;

  report(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  /** Something looks wrong. Says nothing new about a connection that is known to be down. */
  doubt(): void {
    if (this.#state === "up") this.report("doubtful");
  }
}

export const connection = new Connection();

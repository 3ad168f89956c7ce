/**
 * `active`: as far as this tab's calls have told, somebody is signed in. `ended`: a call was answered 401 and a sign-in
 * is asked for. `dismissed`: it was asked for and put off.
 */
export type SessionState = "active" | "ended" | "dismissed";

/**
 * Whether the person at this tab is still signed in. One for the tab; components/session shows it.
 * Nothing happens before a page has said who is signed in on it: the sign-in page itself is answered 401, too.
 */
class SessionGate {
  #state: SessionState = "active";
  #isGuarded = false;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Set<(isSignedIn: boolean) => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly getSnapshot = (): SessionState => this.#state;

  /** Called by a page that somebody is signed in on; returns what takes that back. */
  guard(): () => void {
    this.#isGuarded = true;
    return () => this.leave();
  }

  /** Nobody is signed in here any more, and that is as it should be. */
  leave(): void {
    this.#isGuarded = false;
    this.#settle("active", false);
  }

  /** A reading was answered 401. It is read again after the sign-in, so nobody waits; what was put off stays so. */
  end(): void {
    if (this.#isGuarded && this.#state === "active") this.#set("ended");
  }

  /**
   * Something that a person asked for was answered 401: asks for a sign-in, also after it was put off once. Resolves with
   * true when the call may be sent again, with false when it may not; rejects with the signal's reason.
   */
  async waitForSignIn(signal?: AbortSignal): Promise<boolean> {
    if (!this.#isGuarded) return false;
    signal?.throwIfAborted();
    this.#set("ended");
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiting.delete(answer);
        reject(signal?.reason as Error);
      };
      const answer = (isSignedIn: boolean) => {
        signal?.removeEventListener("abort", abort);
        resolve(isSignedIn);
      };
      this.#waiting.add(answer);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Resolves at once while nothing is known against the session, else after the sign-in. */
  async untilActive(): Promise<void> {
    if (this.#state === "active") return;
    await new Promise<void>((resolve) => {
      const stop = this.subscribe(() => {
        if (this.#state !== "active") return;
        stop();
        resolve();
      });
    });
  }

  /** The same person is signed in again: what waits is sent. */
  restore(): void {
    this.#settle("active", true);
  }

  /** The sign-in is put off: what waits fails as `unauthenticated`. */
  dismiss(): void {
    this.#settle("dismissed", false);
  }

  /** The sign-in is asked for again. */
  reopen(): void {
    this.#set("ended");
  }

  #settle(state: SessionState, isSignedIn: boolean): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#set(state);
    for (const answer of waiting) answer(isSignedIn);
  }

  #set(state: SessionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const sessionGate = new SessionGate();

import { createHash } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { History } from "./history.ts";
import type { Random } from "./random.ts";

/** What the bad receiver may do instead of saying 204. */
const BAD_ANSWERS = ["500", "503", "302", "timeout", "slow", "cut"] as const;

/**
 * Receivers on one port of 127.0.0.1, by path: `/ok` says 204; `/bad` misbehaves in turn until it is healed; `/gone` says
 * 410; `/callback` is the Output's. All of them can be dead for a while: nothing listens then.
 */
export class Sink {
  readonly #history: History;
  readonly #random: Random;
  #server: Server | undefined;
  #port = 0;
  #isHealed = false;
  /** How often `/bad` misbehaved, by kind. */
  readonly misdeeds = new Map<string, number>();

  constructor(history: History, random: Random) {
    this.#history = history;
    this.#random = random;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on("error", () => undefined);
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const bodyHash = createHash("sha256").update(Buffer.concat(pieces)).digest("hex");
        const path = request.url ?? "";
        const answered = this.#answer(path, response);
        const id = String(request.headers["webhook-id"]);
        this.#history.add({ kind: "received", path, id, bodyHash, answered });
      });
    });
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  /** Nothing listens for a while. */
  async die(ms: number): Promise<void> {
    await this.close();
    await sleep(ms);
    await this.open();
  }

  /** From now on `/bad` is good. */
  heal(): void {
    this.#isHealed = true;
  }

  /** What the sender will see as the status; 0 for no answer. */
  #answer(path: string, response: ServerResponse): number {
    const end = (status: number, headers: Record<string, string> = {}) => {
      response.writeHead(status, headers).end();
      return status;
    };
    if (path === "/gone") return this.#misdeed("410", () => end(410));
    if (path !== "/bad" || this.#isHealed || this.#random.next() < 0.3) return end(204);
    const how = this.#random.pick(BAD_ANSWERS);
    return this.#misdeed(how, () => {
      switch (how) {
        case "500":
        case "503":
          return end(Number(how));
        case "302":
          return end(302, { location: `${this.url}/ok` });
        case "timeout":
          // Never answered; the sender gives up.
          return 0;
        case "slow":
          // Received at once, but the body drips: the status alone counts.
          response.writeHead(200, { "content-length": "100" });
          response.write("x");
          return 200;
        case "cut":
          response.destroy();
          return 0;
      }
    });
  }

  #misdeed(how: string, act: () => number): number {
    this.misdeeds.set(how, (this.misdeeds.get(how) ?? 0) + 1);
    return act();
  }
}

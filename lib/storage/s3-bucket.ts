import { setTimeout as sleep } from "node:timers/promises";

import type { S3Client } from "@aws-sdk/client-s3";

import { s3Failure, s3Trouble } from "#lib/storage/s3-failure.ts";

/** How long one request, repeated, may take. */
export type Patience = {
  signal?: AbortSignal | undefined;
  /** A server that does not answer is asked again until so much time has passed; 0: once. */
  patienceMs?: number;
  /** Ends the request that is running, however far it is. */
  limitMs?: number;
};

/** A restart of a server, or a switch to its stand-by, is waited for this long. */
export const OUTAGE_MS = 30_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3_000;

/** A bucket of an Output: requests with patience, failures in our own words. */
export class S3Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly outputName: string;
  /** Of the server, for failures. */
  readonly host: string;
  readonly #patienceMs: number;

  constructor(
    client: S3Client,
    of: { bucket: string; outputName: string; host: string; patienceMs?: number },
  ) {
    this.client = client;
    this.name = of.bucket;
    this.outputName = of.outputName;
    this.host = of.host;
    this.#patienceMs = of.patienceMs ?? OUTAGE_MS;
  }

  /**
   * Sends what may be sent again: `work` is called anew after each failure that may pass.
   * @throws {FailureError} OUTPUT_DENIED, OUTPUT_UNREACHABLE; the signal's reason; a missing key as the client's own error
   */
  async ask<T>(work: (abortSignal: AbortSignal) => Promise<T>, patience: Patience = {}): Promise<T> {
    const { signal, patienceMs = this.#patienceMs, limitMs } = patience;
    const giveUpAt = performance.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      signal?.throwIfAborted();
      const limit = limitMs === undefined ? [] : [AbortSignal.timeout(limitMs)];
      const abortSignal = AbortSignal.any([...(signal === undefined ? [] : [signal]), ...limit]);
      try {
        return await work(abortSignal);
      } catch (thrown) {
        signal?.throwIfAborted();
        const error: unknown = abortSignal.aborted ? abortSignal.reason : thrown;
        const trouble = s3Trouble(error);
        if (trouble?.kind === "missing") throw error;
        if (trouble?.kind !== "busy" || performance.now() + pause > giveUpAt)
          throw s3Failure(error, { name: this.outputName, host: this.host });
      }
      // Half of it by chance: many workers must not come back at the same moment.
      await sleep(pause * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
    }
  }
}

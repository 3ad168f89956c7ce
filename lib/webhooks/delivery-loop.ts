import { setTimeout as sleep } from "node:timers/promises";

import { db } from "#lib/db/client.ts";
import { showId } from "#lib/ids.ts";
import type { AddressPolicy } from "#lib/fetch/address-guard.ts";
import { logger } from "#lib/log.ts";
import { claimDelivery, type ClaimedDelivery, releaseDelivery } from "#lib/webhooks/claim-delivery.ts";
import { recordAttempt } from "#lib/webhooks/record-attempt.ts";
import { sendDelivery } from "#lib/webhooks/send-delivery.ts";
import { callbackSecrets, openEndpointSecrets } from "#lib/webhooks/signing-secrets.ts";

/** Requests under way at the same time in this process, and of those to one address. */
const SLOTS = 8;
const SLOTS_PER_URL = 2;
const POLL_MS = 1_000;
/** After an error of the database. */
const PAUSE_MS = 5_000;
/** Requests that are under way when the process stops get this long to end by themselves. */
const STOP_GRACE_MS = 5_000;

export type DeliveryLoopOptions = { policy: AddressPolicy; timeoutMs?: number; pollMs?: number };

/**
 * Sends what the outbox holds, at least once each: claims one row after the other, eight requests at a time. Any number of
 * processes may run one.
 */
export class DeliveryLoop {
  readonly #options: DeliveryLoopOptions;
  readonly #log = logger("webhooks");
  readonly #active = new Map<Promise<void>, string>();
  readonly #giveUp = new AbortController();
  /** Ends the wait for the next look. */
  #wake = new AbortController();
  #isStopping = false;
  readonly #running: Promise<void>;

  constructor(options: DeliveryLoopOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Claims nothing more; requests under way may end, then they are given back unspent. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake.abort();
    await this.#running;
    const idle = Promise.all(this.#active.keys());
    await Promise.race([idle, sleep(STOP_GRACE_MS, undefined, { ref: false })]);
    this.#giveUp.abort();
    await idle;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        const claimed = this.#active.size < SLOTS ? await claimDelivery(this.#busyUrls()) : null;
        if (claimed === null) await this.#rest(this.#options.pollMs ?? POLL_MS);
        else this.#start(claimed);
      } catch (error) {
        this.#log.error({ err: error }, "the outbox could not be read");
        await this.#rest(PAUSE_MS);
      }
    }
  }

  #start(claimed: ClaimedDelivery): void {
    const sending = this.#deliver(claimed)
      .catch((error: unknown) =>
        this.#log.error({ err: error, delivery: claimed.id }, "a delivery broke off"),
      )
      .finally(() => {
        this.#active.delete(sending);
        this.#wake.abort();
      });
    this.#active.set(sending, claimed.url);
  }

  async #deliver(claimed: ClaimedDelivery): Promise<void> {
    const secrets = await secretsOf(claimed);
    // Deleted since the claim, which ended the delivery, too.
    if (secrets === null) return;
    const request = { ...claimed, eventId: showId("event", claimed.eventId), secrets };
    const { policy, timeoutMs } = this.#options;
    const { signal } = this.#giveUp;
    let sent;
    try {
      sent = await sendDelivery(request, {
        policy,
        signal,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      await releaseDelivery(claimed);
      return;
    }
    await recordAttempt(claimed, sent);
  }

  #busyUrls(): string[] {
    const urls = [...this.#active.values()];
    return [...new Set(urls)].filter((url) => urls.filter((each) => each === url).length >= SLOTS_PER_URL);
  }

  async #rest(ms: number): Promise<void> {
    this.#wake = new AbortController();
    if (this.#isStopping) return;
    await sleep(ms, undefined, { signal: this.#wake.signal }).catch(() => undefined);
  }
}

/** Keys of the endpoint, or of the Output whose callback it is; null when the endpoint is gone. */
async function secretsOf({
  endpointId,
  outputId,
}: Pick<ClaimedDelivery, "endpointId" | "outputId">): Promise<string[] | null> {
  if (outputId !== null) return callbackSecrets(outputId);
  const row =
    endpointId === null
      ? null
      : await db().webhookEndpoint.findUnique({
          where: { id: endpointId },
          omit: { secretEncrypted: false, previousSecretEncrypted: false },
        });
  return row === null ? null : openEndpointSecrets(row, new Date());
}

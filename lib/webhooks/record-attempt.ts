import { db, type Tx } from "#lib/db/client.ts";
import { logger } from "#lib/log.ts";
import { nextDelaySeconds } from "#lib/webhooks/back-off.ts";
import type { ClaimedDelivery } from "#lib/webhooks/claim-delivery.ts";
import type { Sent } from "#lib/webhooks/send-delivery.ts";
import type { DeliveryState } from "#lib/webhooks/status.ts";

const GONE = 410;

/**
 * Writes down what came of one request, if this process still holds the delivery: delivered, another try later, or given
 * up. An endpoint that answered 410 is disabled with it. False: somebody else holds it, and nothing was written.
 */
export async function recordAttempt(claimed: ClaimedDelivery, sent: Sent): Promise<boolean> {
  const tries = claimed.tries + 1;
  const isGone = sent.status === GONE;
  const delay = isGone || sent.problem === null ? null : nextDelaySeconds(tries, sent.retryAfterSeconds);
  const state: DeliveryState = sent.problem === null ? "delivered" : delay === null ? "dead" : "failed";
  const now = new Date();
  const isRecorded = await db().$transaction(async (tx) => {
    const { count } = await tx.webhookDelivery.updateMany({
      where: { id: claimed.id, fence: claimed.fence, state: { in: ["pending", "failed"] } },
      data: {
        state,
        tries,
        attempts: { increment: 1 },
        nextAttemptAt: delay === null ? null : new Date(now.getTime() + delay * 1000),
        claimedUntil: null,
        settledAt: delay === null ? now : null,
        lastStatus: sent.status,
        lastLatencyMs: sent.latencyMs,
        lastError: sent.problem,
      },
    });
    if (count !== 1) return false;
    await insertAttempt(tx, claimed.id, sent);
    if (isGone && claimed.endpointId !== null) {
      await tx.webhookEndpoint.updateMany({
        where: { id: claimed.endpointId, enabled: true },
        data: { enabled: false, disabledReason: "gone" },
      });
    }
    return true;
  });
  if (isRecorded && state === "dead") {
    const { status, problem } = sent;
    logger("webhooks").warn({ delivery: claimed.id, tries, status, problem }, "a delivery was given up");
  }
  return isRecorded;
}

async function insertAttempt(tx: Tx, deliveryId: string, sent: Sent): Promise<void> {
  const { attempts } = await tx.webhookDelivery.findUniqueOrThrow({
    where: { id: deliveryId },
    select: { attempts: true },
  });
  await tx.webhookAttempt.create({
    data: {
      deliveryId,
      number: attempts,
      status: sent.status,
      latencyMs: sent.latencyMs,
      error: sent.problem,
      response: sent.response,
    },
  });
}

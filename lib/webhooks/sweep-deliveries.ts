import { db } from "#lib/db/client.ts";

const DAY_MS = 24 * 3_600_000;
/** Settled deliveries, and those of endpoints that stay disabled, are kept this long. */
const KEPT_DAYS = 30;

/** Removes old deliveries with their attempts. Several processes may do it at once. */
export async function sweepDeliveries(now: number): Promise<void> {
  await db().webhookDelivery.deleteMany({ where: { createdAt: { lt: new Date(now - KEPT_DAYS * DAY_MS) } } });
}

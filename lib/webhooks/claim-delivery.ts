import { db } from "#lib/db/client.ts";

/** A delivery that this process may send now; `fence` guards what it writes afterwards. */
export type ClaimedDelivery = {
  id: string;
  projectId: string;
  eventId: string;
  endpointId: string | null;
  outputId: string | null;
  url: string;
  body: string;
  fence: number;
  tries: number;
};

/** Longer than any request takes: a claim whose process died is taken over after it. */
const LEASE_SECONDS = 60;

/**
 * Takes the delivery that has been due the longest, and skips addresses in `busyUrls` (a slow receiver must not hold up
 * the others), what another process is taking, and what belongs to disabled endpoints, which waits. Null: nothing is due.
 */
export async function claimDelivery(busyUrls: readonly string[]): Promise<ClaimedDelivery | null> {
  const rows = await db().$queryRaw<ClaimedDelivery[]>`
    UPDATE "WebhookDelivery" SET fence = fence + 1, "claimedUntil" = now() + make_interval(secs => ${LEASE_SECONDS})
    WHERE id = (
      SELECT due.id FROM "WebhookDelivery" due
      WHERE due.state IN ('pending', 'failed') AND due."nextAttemptAt" <= now()
        AND (due."claimedUntil" IS NULL OR due."claimedUntil" <= now())
        AND due.url <> ALL(${[...busyUrls]}::text[])
        AND NOT EXISTS (
          SELECT 1 FROM "WebhookEndpoint" endpoint WHERE endpoint.id = due."endpointId" AND NOT endpoint.enabled
        )
      ORDER BY due."nextAttemptAt", due.id
      LIMIT 1
      FOR UPDATE SKIP LOCKED
    )
    RETURNING id, "projectId", "eventId", "endpointId", "outputId", url, body, fence, tries`;
  return rows[0] ?? null;
}

/** Gives a claim back unspent: the process has to go. */
export async function releaseDelivery({ id, fence }: Pick<ClaimedDelivery, "id" | "fence">): Promise<void> {
  await db().$executeRaw`
    UPDATE "WebhookDelivery" SET "claimedUntil" = NULL WHERE id = ${id}::uuid AND fence = ${fence}`;
}

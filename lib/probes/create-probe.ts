import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { newId, showId } from "#lib/ids.ts";
import { invalidField, parseInput } from "#lib/parse-input.ts";
import { getProbe } from "#lib/probes/get-probe.ts";
import { createProbeSchema } from "#lib/probes/schema.ts";
import type { ProbeView } from "#lib/probes/view.ts";
import { enqueueProbe } from "#lib/queue/boss.ts";
import { findTaskSource } from "#lib/tasks/find-task-source.ts";

const WAIT_MS = 10_000;
const POLL_MS = 200;
/** Previews of one project that may wait at the same time; each holds a connection of a browser and a worker's slot. */
const MAX_WAITING = 50;

/**
 * Asks a worker what a source holds and waits up to 10 s for its answer; after that the view says `queued`, and
 * {@link getProbe} has the rest. Role operator. `signal` ends the waiting, not the preview.
 * @throws {AppError} `invalid_input`, `rate_limited`
 */
export async function createProbe(
  ctx: Ctx,
  input: unknown,
  { signal, waitMs = WAIT_MS }: { signal?: AbortSignal; waitMs?: number } = {},
): Promise<ProbeView> {
  requireRole(ctx, "operator");
  const wanted = parseInput(createProbeSchema, input);
  const id = newId();
  await db().$transaction(async (tx) => {
    const waiting = await tx.probe.count({
      where: {
        projectId: ctx.projectId,
        status: "queued",
        createdAt: { gte: new Date(Date.now() - 60_000) },
      },
    });
    if (waiting >= MAX_WAITING)
      throw new AppError("rate_limited", "Too many previews are waiting. Try again in a moment.", {
        retryAfterSeconds: 5,
      });
    const { source, isWaiting } = await findTaskSource(tx, ctx, wanted.source);
    if (isWaiting)
      throw invalidField("source.uploadId", "This upload is not finished; it can be previewed once it is.");
    await tx.probe.create({ data: { id, projectId: ctx.projectId, source } });
    await enqueueProbe(tx, { id });
  });
  return waitForProbe(ctx, id, { until: Date.now() + waitMs, signal });
}

async function waitForProbe(
  ctx: Ctx,
  id: string,
  { until, signal }: { until: number; signal?: AbortSignal },
): Promise<ProbeView> {
  for (;;) {
    const { status } = await db().probe.findUniqueOrThrow({ where: { id }, select: { status: true } });
    if (status !== "queued" || Date.now() >= until || signal?.aborted === true)
      return getProbe(ctx, showId("probe", id));
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

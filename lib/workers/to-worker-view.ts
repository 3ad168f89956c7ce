import type { Ctx } from "#lib/context.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import { AUDIO_ENCODERS, VIDEO_ENCODERS } from "#lib/media/fits.ts";
import { workerState, type WorkerView } from "#lib/workers/view.ts";

/** What a worker's view reads. */
export const WORKER_ROW = {
  id: true,
  name: true,
  state: true,
  drainRequestedAt: true,
  slots: true,
  version: true,
  capabilities: true,
  sandboxTier: true,
  sandboxReason: true,
  startedAt: true,
  heartbeatAt: true,
  tasks: {
    where: { status: "running" },
    select: { id: true, name: true, projectId: true },
    orderBy: { id: "asc" },
  },
  _count: { select: { chunks: { where: { status: "running", isLent: true } } } },
} as const satisfies Prisma.WorkerSelect;
export type WorkerRow = Prisma.WorkerGetPayload<{ select: typeof WORKER_ROW }>;

/** Names of encoders that a template can ask for. */
const USED_ENCODERS: readonly string[] = [...Object.values(VIDEO_ENCODERS), ...Object.values(AUDIO_ENCODERS)];

/** A worker as the caller may see it: tasks of other projects only count. */
export function toWorkerView(
  ctx: Pick<Ctx, "projectId">,
  row: WorkerRow,
  now: number = Date.now(),
): WorkerView {
  // Written by the worker, from Capabilities.
  const { ffmpegVersion = "", encoders = [] } = row.capabilities as Partial<Capabilities>;
  const state = workerState(row, now);
  return {
    id: showId("worker", row.id),
    name: row.name,
    state,
    drainRequestedAt: row.drainRequestedAt?.toISOString() ?? null,
    slots: row.slots,
    running: row.tasks.length,
    chunks: row._count.chunks,
    tasks: row.tasks
      .filter((task) => task.projectId === ctx.projectId)
      .map((task) => ({ id: showId("task", task.id), name: task.name })),
    version: row.version,
    ffmpegVersion,
    encoders: USED_ENCODERS.filter((name) => encoders.includes(name)),
    sandboxTier: row.sandboxTier,
    sandboxReason: row.sandboxReason,
    startedAt: row.startedAt.toISOString(),
    heartbeatAt: row.heartbeatAt.toISOString(),
  };
}

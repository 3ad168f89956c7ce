import type { Ctx } from "#lib/context.ts";
import type { Tx } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { newId, showId } from "#lib/ids.ts";
import { type OutputRow, toOutputView } from "#lib/outputs/to-output-view.ts";
import { findTask } from "#lib/tasks/get-task.ts";
import type { SettledStatus } from "#lib/tasks/status.ts";
import { findCallbackBody } from "#lib/webhooks/callback-bodies.ts";
import { eventBody } from "#lib/webhooks/event-body.ts";
import type { WebhookEvent } from "#lib/webhooks/schema.ts";

const EVENT_OF = {
  succeeded: "task.succeeded",
  partial: "task.partial",
  failed: "task.failed",
  canceled: "task.canceled",
} as const satisfies Record<SettledStatus, WebhookEvent>;

type CallbackOutput = OutputRow & { callbackUrl: string | null };

/**
 * What a settlement owes the world, in the transaction that settles the task (UUID) and after everything else that it
 * writes: an outbox row for each enabled endpoint that wants the event and for the Output's callback, and the count that
 * `GET /api/metrics` shows. So a row exists exactly when the status was committed.
 */
export async function recordSettlement(
  tx: Tx,
  task: { id: string; projectId: string },
  status: SettledStatus,
  failureCode: string | null,
): Promise<void> {
  const event = EVENT_OF[status];
  // Locked against deletion: a settlement must not fail because an endpoint went meanwhile.
  const endpoints = await tx.$queryRaw<{ id: string; url: string }[]>`
    SELECT id, url FROM "WebhookEndpoint"
    WHERE "projectId" = ${task.projectId}::uuid AND enabled AND ${event} = ANY(events)
    ORDER BY id FOR KEY SHARE`;
  const { output } = await tx.task.findUniqueOrThrow({ where: { id: task.id }, select: { output: true } });
  if (endpoints.length > 0 || output.callbackUrl !== null) {
    await tx.webhookDelivery.createMany({ data: await deliveriesOf(tx, task, event, endpoints, output) });
  }
  // Last: its row is the only one that settlements of different tasks share.
  await tx.$executeRaw`
    INSERT INTO "TaskTally" (status, code, count) VALUES (${status}, ${failureCode ?? ""}, 1)
    ON CONFLICT (status, code) DO UPDATE SET count = "TaskTally".count + 1`;
}

async function deliveriesOf(
  tx: Tx,
  task: { id: string; projectId: string },
  event: WebhookEvent,
  endpoints: readonly { id: string; url: string }[],
  output: CallbackOutput,
): Promise<Prisma.WebhookDeliveryCreateManyInput[]> {
  const view = await findTask(readerOf(task.projectId), showId("task", task.id), tx);
  if (view === null) throw new Error(`task ${task.id} vanished while it was being settled`);
  const own = eventBody(event, view);
  const shared = { projectId: task.projectId, taskId: task.id, eventId: newId(), event };
  const rows = endpoints.map(({ id, url }): Prisma.WebhookDeliveryCreateManyInput => ({
    ...shared,
    id: newId(),
    endpointId: id,
    url,
    body: own,
  }));
  if (output.callbackUrl !== null) {
    const render = findCallbackBody(view.trigger);
    rows.push({
      ...shared,
      id: newId(),
      outputId: output.id,
      url: output.callbackUrl,
      body: render === null ? own : JSON.stringify(render(view, toOutputView(output), output.callbackUrl)),
    });
  }
  return rows;
}

/** Whoever settles reads the task as a viewer of its project would. */
function readerOf(projectId: string): Ctx {
  return {
    projectId,
    actor: { kind: "key", id: projectId, name: "webhooks" },
    role: "viewer",
    trigger: "api",
  };
}

import { toVendorTask, type VendorTask } from "#lib/dialects/visionular/map.ts";
import { listTaskWireSchema } from "#lib/dialects/visionular/schema.ts";
import type { VendorCall } from "#lib/dialects/visionular/visionular-route.ts";
import { findTasks } from "#lib/tasks/get-task.ts";
import { listTasksByOffset } from "#lib/tasks/list-tasks.ts";
import { NO_FILTERS } from "#lib/tasks/queries.ts";

/** list_task, newest first: `total` that match, `num` in this answer. */
export async function vendorListTask({
  ctx,
  query,
}: VendorCall): Promise<{ total: number; num: number; list: VendorTask[] }> {
  const wanted = listTaskWireSchema.parse({ ...query });
  const filters = {
    ...NO_FILTERS,
    status: [...wanted.statuses],
    from: wanted.from?.toISOString() ?? "",
    to: wanted.to?.toISOString() ?? "",
  };
  const { items, total } = await listTasksByOffset(ctx, { filters, skip: wanted.skip, limit: wanted.limit });
  // A task in a list has every field that query_task has; one deleted meanwhile is left out.
  const tasks = await findTasks(
    ctx,
    items.map((item) => item.id),
  );
  const list = tasks.map(toVendorTask);
  return { total, num: list.length, list };
}

import { readVendorTaskId } from "#lib/dialects/visionular/ids.ts";
import { toVendorTask, type VendorTask } from "#lib/dialects/visionular/map.ts";
import type { VendorCall } from "#lib/dialects/visionular/visionular-route.ts";
import { AppError } from "#lib/errors.ts";
import { findTaskId } from "#lib/tasks/find-task-id.ts";
import { getTask } from "#lib/tasks/get-task.ts";

/** query_task?task_id= */
export async function vendorQueryTask({ ctx, query }: VendorCall): Promise<VendorTask> {
  const given = query["task_id"] ?? "";
  if (given === "") throw new AppError("invalid_input", "task_id is missing");
  const wanted = readVendorTaskId(given);
  const taskId = wanted && (await findTaskId(ctx, wanted));
  if (taskId === null) throw new AppError("not_found", "task_id: there is no such task");
  return toVendorTask(await getTask(ctx, taskId));
}

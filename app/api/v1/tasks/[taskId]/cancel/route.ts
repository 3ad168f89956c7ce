import { consoleRoute } from "#lib/http/console-route.ts";
import { cancelTask } from "#lib/tasks/cancel-task.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ taskId: string }>(async ({ ctx, params }) =>
  Response.json(await cancelTask(ctx, params.taskId)),
);

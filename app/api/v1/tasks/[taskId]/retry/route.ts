import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { retryTask } from "#lib/tasks/retry-task.ts";

export const dynamic = "force-dynamic";

/** Without a body: every failed job. */
export const POST = consoleRoute<{ taskId: string }>(async ({ request, ctx, params }) => {
  const { headers } = request;
  const isEmpty = (headers.get("content-length") ?? "0") === "0" && !headers.has("transfer-encoding");
  return Response.json(await retryTask(ctx, params.taskId, isEmpty ? {} : await readJson(request)));
});

import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { retryTask } from "#lib/tasks/retry-task.ts";

export const dynamic = "force-dynamic";

/** Without a body: every failed job. */
export const POST = consoleRoute<{ taskId: string }>(async ({ request, ctx, params }) =>
  Response.json(await retryTask(ctx, params.taskId, hasBody(request) ? await readJson(request) : {})),
);

function hasBody({ headers }: Request): boolean {
  const length = headers.get("content-length");
  return length === null ? headers.has("content-type") || headers.has("transfer-encoding") : length !== "0";
}

import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { listTasks } from "#lib/tasks/list-tasks.ts";
import { parseTaskQuery } from "#lib/tasks/queries.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ request, ctx }) =>
  Response.json(await listTasks(ctx, parseTaskQuery(new URL(request.url).searchParams))),
);

export const POST = consoleRoute(async ({ request, ctx }) => {
  const idempotencyKey = request.headers.get("Idempotency-Key");
  const { task, created } = await createTask(ctx, await readJson(request), { idempotencyKey });
  return Response.json(task, { status: created ? 201 : 200 });
});

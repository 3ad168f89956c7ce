import { consoleRoute } from "#lib/http/console-route.ts";
import { deleteTask } from "#lib/tasks/delete-task.ts";
import { getTask } from "#lib/tasks/get-task.ts";

export const dynamic = "force-dynamic";

type Params = { taskId: string };

export const GET = consoleRoute<Params>(async ({ ctx, params }) =>
  Response.json(await getTask(ctx, params.taskId)),
);

export const DELETE = consoleRoute<Params>(async ({ request, ctx, params }) => {
  const files = new URL(request.url).searchParams.get("files") === "true";
  await deleteTask(ctx, params.taskId, { files });
  return new Response(null, { status: 204 });
});

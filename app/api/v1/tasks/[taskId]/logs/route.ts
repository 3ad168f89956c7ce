import { consoleRoute } from "#lib/http/console-route.ts";
import { getTaskLog, getTaskLogText } from "#lib/tasks/get-task-log.ts";
import { parseLogQuery } from "#lib/tasks/queries.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute<{ taskId: string }>(async ({ request, ctx, params }) => {
  const { format, ...range } = parseLogQuery(new URL(request.url).searchParams);
  if (format === "json") return Response.json(await getTaskLog(ctx, params.taskId, range));
  const headers = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Disposition": `attachment; filename="${params.taskId}.log.txt"`,
    "X-Content-Type-Options": "nosniff",
  };
  return new Response(await getTaskLogText(ctx, params.taskId), { headers });
});

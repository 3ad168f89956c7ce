import { consoleRoute } from "#lib/http/console-route.ts";
import { countTasks } from "#lib/tasks/count-tasks.ts";
import { parseTaskFilters } from "#lib/tasks/queries.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ request, ctx }) =>
  Response.json(await countTasks(ctx, parseTaskFilters(new URL(request.url).searchParams))),
);

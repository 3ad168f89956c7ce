import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { validateTask } from "#lib/tasks/validate-task.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute(async ({ request, ctx }) =>
  Response.json(await validateTask(ctx, await readJson(request), { signal: request.signal })),
);

import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { createProbe } from "#lib/probes/create-probe.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute(async ({ request, ctx }) =>
  Response.json(await createProbe(ctx, await readJson(request), { signal: request.signal }), { status: 201 }),
);

import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { createOutput } from "#lib/outputs/create-output.ts";
import { listOutputSummaries } from "#lib/outputs/list-output-summaries.ts";

export const dynamic = "force-dynamic";

/** The Outputs in use, or with `?archived=true` those that were taken out of use. */
export const GET = consoleRoute(async ({ request, ctx }) => {
  const isArchived = new URL(request.url).searchParams.get("archived") === "true";
  return Response.json({ items: await listOutputSummaries(ctx, { isArchived }) });
});

export const POST = consoleRoute(async ({ request, ctx }) =>
  Response.json(await createOutput(ctx, await readJson(request)), { status: 201 }),
);

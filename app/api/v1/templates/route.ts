import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { createTemplate } from "#lib/templates/create-template.ts";
import { listTemplateSummaries } from "#lib/templates/list-template-summaries.ts";

export const dynamic = "force-dynamic";

/** The usable templates, or with `?archived=true` those that were taken out of use. */
export const GET = consoleRoute(async ({ request, ctx }) => {
  const isArchived = new URL(request.url).searchParams.get("archived") === "true";
  return Response.json({ items: await listTemplateSummaries(ctx, { isArchived }) });
});

export const POST = consoleRoute(async ({ request, ctx }) =>
  Response.json(await createTemplate(ctx, await readJson(request)), { status: 201 }),
);

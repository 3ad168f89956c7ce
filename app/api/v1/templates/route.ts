import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { createTemplate } from "#lib/templates/create-template.ts";
import { listTemplates } from "#lib/templates/list-templates.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ ctx }) => Response.json({ items: await listTemplates(ctx) }));

export const POST = consoleRoute(async ({ request, ctx }) =>
  Response.json(await createTemplate(ctx, await readJson(request)), { status: 201 }),
);

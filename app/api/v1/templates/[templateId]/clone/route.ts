import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { cloneTemplate } from "#lib/templates/clone-template.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ templateId: string }>(async ({ request, ctx, params }) =>
  Response.json(await cloneTemplate(ctx, params.templateId, await readJson(request)), { status: 201 }),
);

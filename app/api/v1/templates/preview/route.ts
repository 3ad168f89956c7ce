import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { previewTemplate } from "#lib/templates/preview-template.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute(async ({ request, ctx }) =>
  Response.json(await previewTemplate(ctx, await readJson(request))),
);

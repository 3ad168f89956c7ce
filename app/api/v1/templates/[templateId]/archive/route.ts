import { consoleRoute } from "#lib/http/console-route.ts";
import { archiveTemplate } from "#lib/templates/archive-template.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ templateId: string }>(async ({ ctx, params }) =>
  Response.json(await archiveTemplate(ctx, params.templateId)),
);

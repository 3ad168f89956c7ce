import { consoleRoute } from "#lib/http/console-route.ts";
import { unarchiveTemplate } from "#lib/templates/unarchive-template.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ templateId: string }>(async ({ ctx, params }) =>
  Response.json(await unarchiveTemplate(ctx, params.templateId)),
);

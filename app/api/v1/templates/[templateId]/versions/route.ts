import { consoleRoute } from "#lib/http/console-route.ts";
import { listTemplateVersions } from "#lib/templates/list-template-versions.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute<{ templateId: string }>(async ({ ctx, params }) =>
  Response.json({ items: await listTemplateVersions(ctx, params.templateId) }),
);

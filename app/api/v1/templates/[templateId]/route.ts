import { consoleRoute } from "#lib/http/console-route.ts";
import { archiveTemplate } from "#lib/templates/archive-template.ts";
import { getTemplate } from "#lib/templates/get-template.ts";

export const dynamic = "force-dynamic";

type Params = { templateId: string };

export const GET = consoleRoute<Params>(async ({ ctx, params }) =>
  Response.json(await getTemplate(ctx, params.templateId)),
);

export const DELETE = consoleRoute<Params>(async ({ ctx, params }) => {
  await archiveTemplate(ctx, params.templateId);
  return new Response(null, { status: 204 });
});

import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { deleteTemplate } from "#lib/templates/delete-template.ts";
import { getTemplateSummary } from "#lib/templates/get-template-summary.ts";
import { updateTemplate } from "#lib/templates/update-template.ts";

export const dynamic = "force-dynamic";

type Params = { templateId: string };

export const GET = consoleRoute<Params>(async ({ ctx, params }) =>
  Response.json(await getTemplateSummary(ctx, params.templateId)),
);

export const PUT = consoleRoute<Params>(async ({ request, ctx, params }) =>
  Response.json(await updateTemplate(ctx, params.templateId, await readJson(request))),
);

export const DELETE = consoleRoute<Params>(async ({ ctx, params }) => {
  await deleteTemplate(ctx, params.templateId);
  return new Response(null, { status: 204 });
});

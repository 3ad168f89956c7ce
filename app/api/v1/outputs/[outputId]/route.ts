import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { deleteOutput } from "#lib/outputs/delete-output.ts";
import { getOutputDetail } from "#lib/outputs/get-output-detail.ts";
import { updateOutput } from "#lib/outputs/update-output.ts";

export const dynamic = "force-dynamic";

type Params = { outputId: string };

export const GET = consoleRoute<Params>(async ({ ctx, params }) =>
  Response.json(await getOutputDetail(ctx, params.outputId)),
);

export const PATCH = consoleRoute<Params>(async ({ request, ctx, params }) =>
  Response.json(await updateOutput(ctx, params.outputId, await readJson(request))),
);

export const DELETE = consoleRoute<Params>(async ({ ctx, params }) => {
  await deleteOutput(ctx, params.outputId);
  return new Response(null, { status: 204 });
});

import { consoleRoute } from "#lib/http/console-route.ts";
import { archiveOutput } from "#lib/outputs/archive-output.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ outputId: string }>(async ({ ctx, params }) =>
  Response.json(await archiveOutput(ctx, params.outputId)),
);

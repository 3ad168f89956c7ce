import { consoleRoute } from "#lib/http/console-route.ts";
import { unarchiveOutput } from "#lib/outputs/unarchive-output.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ outputId: string }>(async ({ ctx, params }) =>
  Response.json(await unarchiveOutput(ctx, params.outputId)),
);

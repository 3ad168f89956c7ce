import { consoleRoute } from "#lib/http/console-route.ts";
import { testOutput } from "#lib/outputs/test-output.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ outputId: string }>(async ({ ctx, params }) =>
  Response.json(await testOutput(ctx, params.outputId)),
);

import { consoleRoute } from "#lib/http/console-route.ts";
import { getCallbackSecret } from "#lib/webhooks/get-callback-secret.ts";

export const dynamic = "force-dynamic";

/** POST, so that no link or prefetch brings a secret forth. */
export const POST = consoleRoute<{ outputId: string }>(async ({ ctx, params }) =>
  Response.json(await getCallbackSecret(ctx, params.outputId)),
);

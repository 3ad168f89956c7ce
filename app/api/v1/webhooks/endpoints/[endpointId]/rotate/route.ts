import { consoleRoute } from "#lib/http/console-route.ts";
import { rotateSecret } from "#lib/webhooks/rotate-secret.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ endpointId: string }>(async ({ ctx, params }) =>
  Response.json(await rotateSecret(ctx, params.endpointId)),
);

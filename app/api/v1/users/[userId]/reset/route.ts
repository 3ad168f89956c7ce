import { consoleRoute } from "#lib/http/console-route.ts";
import { createReset } from "#lib/invites/create-reset.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ userId: string }>(async ({ ctx, params }) =>
  Response.json(await createReset(ctx, params.userId), { status: 201 }),
);

import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { createInvite } from "#lib/invites/create-invite.ts";
import { listInvites } from "#lib/invites/list-invites.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ ctx }) => Response.json({ items: await listInvites(ctx) }));

export const POST = consoleRoute(async ({ request, ctx }) =>
  Response.json(await createInvite(ctx, await readJson(request)), { status: 201 }),
);

import { createAccessKey } from "#lib/access-keys/create-access-key.ts";
import { listAccessKeys } from "#lib/access-keys/list-access-keys.ts";
import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ ctx }) => Response.json({ items: await listAccessKeys(ctx) }));

export const POST = consoleRoute(async ({ request, ctx }) =>
  Response.json(await createAccessKey(ctx, await readJson(request)), { status: 201 }),
);

import { consoleRoute } from "#lib/http/console-route.ts";
import { listUsers } from "#lib/users/list-users.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ ctx }) => Response.json({ items: await listUsers(ctx) }));

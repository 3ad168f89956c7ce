import { consoleRoute } from "#lib/http/console-route.ts";
import { listWorkers } from "#lib/workers/list-workers.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ ctx }) => Response.json({ items: await listWorkers(ctx) }));

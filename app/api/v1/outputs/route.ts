import { consoleRoute } from "#lib/http/console-route.ts";
import { listOutputs } from "#lib/outputs/list-outputs.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ ctx }) => Response.json({ items: await listOutputs(ctx) }));

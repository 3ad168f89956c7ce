import { consoleRoute } from "#lib/http/console-route.ts";
import { listSamples } from "#lib/samples/list-samples.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ ctx }) => Response.json({ items: await listSamples(ctx) }));

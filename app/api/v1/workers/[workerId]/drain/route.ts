import { consoleRoute } from "#lib/http/console-route.ts";
import { drainWorker } from "#lib/workers/drain-worker.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ workerId: string }>(async ({ ctx, params }) =>
  Response.json(await drainWorker(ctx, params.workerId)),
);

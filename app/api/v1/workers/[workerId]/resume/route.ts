import { consoleRoute } from "#lib/http/console-route.ts";
import { resumeWorker } from "#lib/workers/drain-worker.ts";

export const dynamic = "force-dynamic";

export const POST = consoleRoute<{ workerId: string }>(async ({ ctx, params }) =>
  Response.json(await resumeWorker(ctx, params.workerId)),
);

import { consoleRoute } from "#lib/http/console-route.ts";
import { removeWorker } from "#lib/workers/remove-worker.ts";

export const dynamic = "force-dynamic";

export const DELETE = consoleRoute<{ workerId: string }>(async ({ ctx, params }) => {
  await removeWorker(ctx, params.workerId);
  return new Response(null, { status: 204 });
});

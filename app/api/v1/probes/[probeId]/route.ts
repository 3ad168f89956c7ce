import { consoleRoute } from "#lib/http/console-route.ts";
import { getProbe } from "#lib/probes/get-probe.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute<{ probeId: string }>(async ({ ctx, params }) =>
  Response.json(await getProbe(ctx, params.probeId)),
);

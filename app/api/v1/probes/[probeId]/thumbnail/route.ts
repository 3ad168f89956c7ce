import { consoleRoute } from "#lib/http/console-route.ts";
import { jpegResponse } from "#lib/http/jpeg-response.ts";
import { getProbeThumbnail } from "#lib/probes/get-probe-thumbnail.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute<{ probeId: string }>(async ({ ctx, params }) =>
  jpegResponse(await getProbeThumbnail(ctx, params.probeId)),
);

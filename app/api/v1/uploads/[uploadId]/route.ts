import { consoleRoute } from "#lib/http/console-route.ts";
import { getUpload } from "#lib/uploads/get-upload.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute<{ uploadId: string }>(async ({ ctx, params }) =>
  Response.json(await getUpload(ctx, params.uploadId)),
);

import { consoleRoute } from "#lib/http/console-route.ts";
import { jpegResponse } from "#lib/http/jpeg-response.ts";
import { getTaskThumbnail } from "#lib/tasks/get-task-thumbnail.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute<{ taskId: string }>(async ({ ctx, params }) =>
  jpegResponse(await getTaskThumbnail(ctx, params.taskId)),
);

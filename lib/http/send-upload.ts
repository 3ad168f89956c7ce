import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import send from "send";

import { AppError } from "#lib/errors.ts";
import { DATA_POLICY } from "#lib/http/security-headers.ts";
import { sendError } from "#lib/http/send-json.ts";

/**
 * What is stored of an upload, with Range, for the one who sends it: the browser compares it with the file that it is to
 * go on with. Never as what it claims to be, so that no page opens in it.
 */
export async function sendUpload(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
): Promise<void> {
  response.setHeader("Content-Type", "application/octet-stream");
  response.setHeader("Content-Disposition", "attachment");
  response.setHeader("Content-Security-Policy", DATA_POLICY);
  await new Promise<void>((resolve) => {
    const stream = send(request, path.basename(file), {
      root: path.dirname(file),
      index: false,
      etag: false,
      lastModified: false,
      cacheControl: false,
    });
    stream.on("error", (error: Error & { status?: number; headers?: Record<string, string> }) => {
      if (response.headersSent) response.destroy(error);
      else if (error.status === 416) response.writeHead(416, error.headers).end();
      else sendError(response, new AppError("not_found", "There is no such upload, or it was removed."));
    });
    response.once("close", resolve);
    stream.pipe(response);
  });
}

import type { ServerResponse } from "node:http";

import { errorBody, HTTP_STATUS, toAppError } from "#lib/http/error-response.ts";
import { REQUEST_ID_HEADER, withRequestId } from "#lib/request-id.ts";
import { DATA_POLICY } from "#lib/http/security-headers.ts";

/** Answers with JSON on a bare Node response; `headers` are added to those that are set already. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
    "Content-Security-Policy": DATA_POLICY,
    ...headers,
  });
  response.end(response.req.method === "HEAD" ? undefined : text);
}

/** The native API's answer to a thrown value, on a bare Node response. */
export function sendError(response: ServerResponse, thrown: unknown, status?: number): void {
  const requestId = response.getHeader(REQUEST_ID_HEADER);
  const error =
    typeof requestId === "string" ? withRequestId(requestId, () => toAppError(thrown)) : toAppError(thrown);
  const headers: Record<string, string> =
    error.retryAfterSeconds === undefined
      ? {}
      : { "Retry-After": String(Math.ceil(error.retryAfterSeconds)) };
  sendJson(response, status ?? HTTP_STATUS[error.code], errorBody(error), headers);
}

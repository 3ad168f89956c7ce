import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import { visionularDoor } from "#lib/dialects/visionular/door.ts";
import type { Env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import type { ApiRefusal } from "#lib/http/api-routes.ts";
import {
  cleanHeaders,
  PAGE_POLICY_HEADER,
  removePageHeaders,
  REQUEST_PATH_HEADER,
} from "#lib/http/clean-headers.ts";
import { guardBody } from "#lib/http/guard-body.ts";
import { mediaOrigins } from "#lib/http/media-origins.ts";
import { receivedHeader, withReceivedRequest } from "#lib/http/received-request.ts";
import { readTarget } from "#lib/http/request-target.ts";
import {
  DATA_POLICY,
  newNonce,
  pagePolicy,
  setCommonHeaders,
  setPageHeaders,
} from "#lib/http/security-headers.ts";
import { sendError, sendJson } from "#lib/http/send-json.ts";
import { serveFile } from "#lib/http/serve-file.ts";
import { isTusPath, type TusHandler } from "#lib/http/tus-handler.ts";
import { observeRequest } from "#lib/metrics/http-timings.ts";
import { REQUEST_ID_HEADER, withRequestId } from "#lib/request-id.ts";
import { findDoor, refusalOf, type Refusal, type VendorDoor } from "#lib/http/vendor-door.ts";

const DOORS: readonly VendorDoor[] = [visionularDoor];

type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
export type Parts = {
  env: Env;
  isDev: boolean;
  next: NodeHandler;
  tus: TusHandler;
  /** Why the native API has no answer to a path and a method; null when it has. */
  apiRefusal: (path: string, method: string) => ApiRefusal | null;
};

/**
 * Every request of the web process: cleans its headers, answers what Next would answer wrongly, serves uploads and
 * published files itself, and hands the rest to Next with the received request at hand. Every answer says the request's
 * id, which its log lines carry.
 */
export async function handleRequest(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  response.setHeader(REQUEST_ID_HEADER, requestId);
  return withRequestId(requestId, () => answer(parts, request, response));
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { env } = parts;
  const target = request.url ?? "/";
  const method = request.method ?? "GET";
  const started = performance.now();
  response.once("finish", () => {
    const path = target.split("?", 1)[0] ?? "/";
    observeRequest(method, path, response.statusCode, (performance.now() - started) / 1000);
  });
  const clientAddress = cleanHeaders(request, env.trustedProxies);
  guardBody(request);
  setCommonHeaders(response, env.publicUrl);

  const read = readTarget(target);
  const door = findDoor(DOORS, read.path);
  if (door) {
    const refusal = read.problem
      ? { reason: reasonOf(read.problem), allow: [] }
      : refusalOf(door, read.path, method);
    if (refusal) {
      refuse(response, door, refusal);
      return;
    }
  } else if (read.problem) {
    const sentence =
      read.problem === "malformed"
        ? "The address is not well-formed."
        : "The address has two slashes in a row.";
    sendError(response, new AppError(read.problem === "malformed" ? "invalid_input" : "not_found", sentence));
    return;
  }
  const received = { method, target, rawHeaders: request.rawHeaders, clientAddress };
  // Of two, Node would keep the first and say nothing. A vendor's door answers in its own shape.
  if (!door && receivedHeader(received, "authorization").length > 1) {
    sendError(response, new AppError("unauthenticated", "Send exactly one Authorization header."));
    return;
  }
  if (isTusPath(read.path)) return parts.tus.handle(request, response, read.path);
  if (read.path.startsWith("/files/")) return serveFile(request, response, read.path);

  const isApi = /^\/api(\/|$)/.test(read.path);
  const refusal = door
    ? null
    : isApi
      ? parts.apiRefusal(read.path, method)
      : pageRefusal(method, parts.isDev);
  if (refusal) {
    sendRefusal(response, refusal);
    return;
  }
  if (door || isApi) {
    removePageHeaders(request);
    response.setHeader("Content-Security-Policy", DATA_POLICY);
  } else await preparePage(parts, request, response, target);
  await withReceivedRequest(received, () => parts.next(request, response));
}

/** Pages are only read; Next's development server has calls of its own. */
function pageRefusal(method: string, isDev: boolean): ApiRefusal | null {
  return isDev || method === "GET" || method === "HEAD" ? null : { status: 405, allow: ["GET", "HEAD"] };
}

function sendRefusal(response: ServerResponse, { status, allow }: ApiRefusal): void {
  if (status === 404) {
    sendError(response, new AppError("not_found", "There is nothing at this address. Check the path."));
    return;
  }
  response.setHeader("Allow", allow.join(", "));
  const sentence = `This address takes another method: ${allow.join(", ")}.`;
  sendError(response, new AppError("invalid_input", sentence), status);
}

function reasonOf(problem: "malformed" | "double_slash"): Refusal {
  return problem === "malformed" ? "malformed" : "unknown_path";
}

function refuse(
  response: ServerResponse,
  door: VendorDoor,
  { reason, allow }: { reason: Refusal; allow: readonly string[] },
): void {
  const { status, body } = door.refuse(reason);
  sendJson(response, status, body, allow.length > 0 ? { Allow: allow.join(", ") } : {});
}

/** Next takes the nonce of its scripts from the request's own Content-Security-Policy header. */
async function preparePage(
  { env, isDev }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
): Promise<void> {
  const policy = pagePolicy(newNonce(), await mediaOrigins(env.publicUrl), isDev);
  request.headers[PAGE_POLICY_HEADER] = policy;
  request.headers[REQUEST_PATH_HEADER] = withoutInternals(target);
  setPageHeaders(response, policy);
}

/** The address that a person would see: Next's own `_rsc` parameter is no part of it. */
function withoutInternals(target: string): string {
  const [path = "/", query = ""] = target.split(/\?(.*)/s);
  const kept = query.split("&").filter((pair) => pair !== "" && !/^_rsc(=|$)/.test(pair));
  return kept.length === 0 ? path : `${path}?${kept.join("&")}`;
}

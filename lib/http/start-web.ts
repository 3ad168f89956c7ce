import http, { type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import type { Duplex } from "node:stream";

import { closeDb, db } from "#lib/db/client.ts";
import { renderVisionularCallback } from "#lib/dialects/visionular/callback.ts";
import { uploadsDir, type Env } from "#lib/env.ts";
import { apiRefusals, readApiRoutes } from "#lib/http/api-routes.ts";
import { handleRequest } from "#lib/http/handle-request.ts";
import { liveHub } from "#lib/http/live-hub.ts";
import { sendError } from "#lib/http/send-json.ts";
import { TusHandler } from "#lib/http/tus-handler.ts";
import { logger } from "#lib/log.ts";
import { startBoss, stopBoss } from "#lib/queue/boss.ts";
import { settleUploads } from "#lib/uploads/settle-uploads.ts";
import { UploadFiles } from "#lib/uploads/upload-files.ts";
import { registerCallbackBody } from "#lib/webhooks/callback-bodies.ts";

/** Requests get this long to end by themselves when the process stops; everything together takes less than 10 s. */
const GRACE_MS = 6_000;
/** Above the idle limit of common reverse proxies (60 s), so that it is they who close a connection. */
const KEEP_ALIVE_MS = 65_000;

/** What this module needs of Next's custom server. */
export type NextApp = {
  prepare: () => Promise<void>;
  getRequestHandler: () => (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  getUpgradeHandler: () => (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
  close: () => Promise<void>;
};

export type Web = { server: http.Server; stop: () => Promise<void> };

/**
 * Starts the web process in this one: database, LISTEN connection, queue, then Next, then the port. Rejects when any
 * of them cannot start. `stop` ends event streams and new uploads first, waits for the rest, and closes everything.
 */
export async function startWeb(
  env: Env,
  app: NextApp,
  { isDev = false }: { isDev?: boolean } = {},
): Promise<Web> {
  const log = logger("web");
  registerCallbackBody("visionular", renderVisionularCallback);
  await db().$queryRaw`SELECT 1`;
  await liveHub().start();
  await startBoss(env, "web");

  await app.prepare();
  const files = new UploadFiles(uploadsDir(env));
  const tus = new TusHandler({ files, maxBytes: env.uploadMaxBytes });
  const root = path.resolve(import.meta.dirname, "../..");
  const known = apiRefusals(readApiRoutes(root));
  // While developing, route files come and go.
  const apiRefusal: typeof known = (url, method) =>
    (isDev ? apiRefusals(readApiRoutes(root)) : known)(url, method);
  const parts = { env, isDev, tus, next: app.getRequestHandler(), apiRefusal };

  const server = http.createServer((request, response) => {
    handleRequest(parts, request, response).catch((error: unknown) => {
      if (response.destroyed) log.debug({ err: error }, "the client left before its answer");
      else if (response.headersSent) {
        log.error({ err: error }, "an answer broke off");
        response.destroy();
      } else sendError(response, error);
    });
  });
  // Node's default cuts every request, a long upload too, after 300 s; lib/http/guard-body.ts watches bodies instead.
  server.requestTimeout = 0;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on("clientError", answerUnreadable);
  if (isDev) {
    const upgrade = app.getUpgradeHandler();
    server.on("upgrade", (request, socket, head) => void upgrade(request, socket, head));
  }
  // Before the first client comes back: what a killed process had received counts.
  const settled = await settleUploads(files);
  if (settled.completed + settled.corrected > 0)
    log.info(settled, "uploads are further than their rows said");
  await listen(server, env);
  log.info({ url: env.publicUrl, host: env.host, port: env.port }, "listening");

  let stopping: Promise<void> | undefined;
  return { server, stop: () => (stopping ??= stop(server, tus, app)) };
}

async function stop(server: http.Server, tus: TusHandler, app: NextApp): Promise<void> {
  tus.refuseNewUploads();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await liveHub().close();
  // A connection becomes idle when its last answer has ended, so it is asked again and again.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
  await stopBoss();
  await app.close();
  await closeDb();
}

function listen(server: http.Server, { host, port }: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** What Node's parser cannot read as HTTP at all. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const body = JSON.stringify({
    error: { code: "invalid_input", message: "This is not an HTTP request.", issues: [] },
  });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

import type { IncomingMessage } from "node:http";

/** A body must bring at least this much in every window, or be complete. Slower than that is not a person's line. */
const WINDOW_MS = 30_000;
const LEAST_BYTES = 1024;

/**
 * Ends a request whose body has stopped coming, or comes by drops. Node's own `requestTimeout` is off: it would cut any
 * upload, however fast, after five minutes. `windowMs` is for tests.
 */
export function guardBody(request: IncomingMessage, windowMs: number = WINDOW_MS): void {
  const { headers, socket } = request;
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  if (!hasBody) return;
  let before = socket.bytesRead;
  const timer = setInterval(() => {
    if (request.complete) {
      stop();
      return;
    }
    const arrived = socket.bytesRead - before;
    before = socket.bytesRead;
    // A paused socket is one whose bytes we do not take; that is our slowness, not the client's.
    if (arrived < LEAST_BYTES && !socket.isPaused()) socket.destroy();
  }, windowMs);
  timer.unref();
  const stop = () => clearInterval(timer);
  request.once("end", stop);
  request.once("close", stop);
}

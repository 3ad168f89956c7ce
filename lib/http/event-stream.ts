import { liveHub } from "#lib/http/live-hub.ts";

/** Shorter than the idle limits of common proxies (30 to 60 s). */
const HEARTBEAT_MS = 15_000;
/** A browser waits this long before it connects again. */
const RETRY_MS = 2_000;
/** Unread bytes after which a reader counts as gone; it connects again and reads its rows anew. */
const MOST_UNREAD_BYTES = 1_048_576;

/** How often the reader's right to read is looked at again: a session may have ended meanwhile. */
const RECHECK_MS = 60_000;

/**
 * The stream of one browser: `event:` is the message's type, `data:` the message as JSON; a comment every 15 s. It ends
 * when `signal` aborts, when the browser stops reading, when `recheck` rejects, or when the hub ends it.
 */
export function eventStream(
  projectId: string,
  signal: AbortSignal,
  recheck: () => Promise<unknown>,
): Response {
  const encoder = new TextEncoder();
  let stop: (how: "close" | "canceled") => void = () => undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let isOpen = true;
        const send = (text: string) => {
          if (!isOpen) return;
          if ((controller.desiredSize ?? 0) < -MOST_UNREAD_BYTES) stop("close");
          else controller.enqueue(encoder.encode(text));
        };
        const close = () => stop("close");
        const heartbeat = setInterval(() => send(": still here\n\n"), HEARTBEAT_MS);
        const rechecking = setInterval(() => void recheck().catch(close), RECHECK_MS);
        const unsubscribe = liveHub().subscribe(projectId, {
          send: (message) => send(`event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`),
          end: () => queueMicrotask(close),
        });
        stop = (how) => {
          if (!isOpen) return;
          isOpen = false;
          clearInterval(heartbeat);
          clearInterval(rechecking);
          signal.removeEventListener("abort", close);
          unsubscribe();
          if (how === "close") controller.close();
        };
        send(`retry: ${RETRY_MS}\n: listening\n\n`);
        if (signal.aborted) close();
        else signal.addEventListener("abort", close);
      },
      cancel: () => stop("canceled"),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
  return new Response(body, {
    headers: {
      "Content-Type": "text/event-stream; charset=utf-8",
      // no-transform keeps Next's compression from holding events back.
      "Cache-Control": "no-cache, no-transform",
      "X-Accel-Buffering": "no",
    },
  });
}

import type { Readable } from "node:stream";

import { FailureError } from "#lib/errors.ts";
import type { AddressPolicy, Resolve } from "#lib/fetch/address-guard.ts";
import { guardedFetch, type GuardedResponse } from "#lib/fetch/guarded-fetch.ts";
import { readRetryAfter } from "#lib/webhooks/back-off.ts";
import { signatureHeaders } from "#lib/webhooks/signature.ts";
import type { DeliveryProblem } from "#lib/webhooks/status.ts";

/** Until the receiver's answer has begun. */
export const SEND_TIMEOUT_MS = 15_000;
/** The status decides; for a snippet of the body nobody waits longer. */
const SNIPPET_MS = 1_000;
const SNIPPET_BYTES = 1_024;

export type Request = { eventId: string; url: string; body: string; secrets: readonly string[] };
/** What came of one request. `problem` null: delivered. */
export type Sent = {
  problem: DeliveryProblem | null;
  status: number | null;
  latencyMs: number;
  /** At most 1 KB of the answer's body, without control characters. */
  response: string | null;
  retryAfterSeconds: number | null;
};

export type SendOptions = {
  policy: AddressPolicy;
  /** Gives the request up; the rejection is the signal's reason. */
  signal: AbortSignal;
  timeoutMs?: number;
  resolve?: Resolve;
};

/**
 * Posts one event. Only 2xx counts; redirects are failures and go nowhere; the address is judged where it is connected to,
 * like that of a source. `eventId` as it is shown (`evt_…`).
 */
export async function sendDelivery(request: Request, options: SendOptions): Promise<Sent> {
  const started = performance.now();
  const now = Date.now();
  const late = AbortSignal.timeout(options.timeoutMs ?? SEND_TIMEOUT_MS);
  const latencyMs = () => Math.round(performance.now() - started);
  const nothing = { status: null, response: null, retryAfterSeconds: null };
  const message = {
    id: request.eventId,
    timestampSeconds: Math.floor(now / 1000),
    body: request.body,
  };
  let response: GuardedResponse;
  try {
    response = await guardedFetch(request.url, {
      policy: options.policy,
      method: "POST",
      body: request.body,
      redirects: "return",
      headers: {
        "content-type": "application/json",
        accept: "*/*",
        ...signatureHeaders(message, request.secrets),
      },
      signal: AbortSignal.any([options.signal, late]),
      resolve: options.resolve,
    });
  } catch (error) {
    options.signal.throwIfAborted();
    if (late.aborted) return { ...nothing, problem: "timeout", latencyMs: latencyMs() };
    if (!(error instanceof FailureError)) throw error;
    const isBlocked = error.failure.code === "INPUT_BLOCKED";
    return { ...nothing, problem: isBlocked ? "blocked" : problemOf(error), latencyMs: latencyMs() };
  }
  const answered = latencyMs();
  try {
    const { status } = response;
    const isDelivered = status >= 200 && status < 300;
    return {
      problem: isDelivered ? null : status >= 300 && status < 400 ? "redirect" : "status",
      status,
      latencyMs: answered,
      response: await readSnippet(response.body),
      retryAfterSeconds: isDelivered ? null : readRetryAfter(response.header("retry-after"), Date.now()),
    };
  } finally {
    await response.close();
  }
}

/** undici's own limits end as time-outs, too. */
function problemOf(error: FailureError): DeliveryProblem {
  return error.failure.evidence.some((line) => /TIMEOUT|TIMEDOUT/.test(line)) ? "timeout" : "unreachable";
}

/** What of the body comes within a second, at most 1 KB of it. */
async function readSnippet(body: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, SNIPPET_MS);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    body.on("data", (piece: Buffer) => {
      pieces.push(piece);
      size += piece.length;
      if (size >= SNIPPET_BYTES) end();
    });
    body.once("end", end);
    // The status is known; that the body broke off changes nothing.
    body.once("error", end);
    body.once("close", end);
  });
  const text = Buffer.concat(pieces).subarray(0, SNIPPET_BYTES).toString("utf8");
  // Zero bytes cannot be stored; the others have no picture.
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "�");
}

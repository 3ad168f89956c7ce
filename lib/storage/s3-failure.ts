import { S3ServiceException } from "@aws-sdk/client-s3";

import { FailureError } from "#lib/errors.ts";
import { BlockedAddressError, cidrOf } from "#lib/fetch/address-guard.ts";

/** What a server or the way to it said about a request. */
export type S3Trouble = {
  /** The server's code ("AccessDenied"), the system's ("ECONNREFUSED"), or ours. */
  code: string;
  /** One sentence; never holds a secret: the server's own message, or the system's. */
  detail: string;
  /** `missing`: no such key. `busy`: may go by itself. `denied`: somebody has to change something. */
  kind: "missing" | "busy" | "denied";
  status: number | null;
};

/** Codes of Node and of the system for a server that cannot be reached at the moment. */
const NETWORK = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN"],
  ...["EHOSTDOWN", "EAI_AGAIN", "ENOTFOUND", "ECONNABORTED", "ERR_STREAM_PREMATURE_CLOSE"],
]);
const BUSY_STATUS = new Set([408, 429, 500, 502, 503, 504]);
/** Statuses below 500 with which some servers ask for patience. */
const BUSY_CODES = new Set(["SlowDown", "RequestTimeout", "OperationAborted", "ServiceUnavailable"]);
/** A full bucket: waiting would hold a worker for what only a person can change. */
const FULL_CODES = new Set(["QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "TooManyBuckets"]);
const MISSING_CODES = new Set(["NoSuchKey", "NotFound"]);
const MAX_DETAIL = 300;

/** Reads an error of the S3 client; null when it is neither the server's nor the network's (a fault of ours, an abort). */
export function s3Trouble(error: unknown): S3Trouble | null {
  const blocked = causes(error).find((each) => each instanceof BlockedAddressError);
  if (blocked !== undefined) {
    const allow = `An operator can allow it: ALLOWED_PRIVATE_CIDRS=${cidrOf(blocked.address)}.`;
    return { code: "BlockedAddress", detail: `${blocked.message}. ${allow}`, kind: "denied", status: null };
  }
  if (error instanceof S3ServiceException) return serverTrouble(error);
  for (const each of causes(error)) {
    const code = (each as NodeJS.ErrnoException).code ?? "";
    const detail = oneLine(each.message);
    if (each.name === "TimeoutError") return { code: "Timeout", detail, kind: "busy", status: null };
    if (NETWORK.has(code)) return { code, detail, kind: "busy", status: null };
    if (/^(ERR_(TLS|SSL)_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO)/.test(code))
      return { code, detail, kind: "denied", status: null };
  }
  const status = statusOf(error);
  if (status === null) return null;
  // It answered, with something that is not S3's protocol.
  const kind = BUSY_STATUS.has(status) ? "busy" : "denied";
  return { code: "NotS3", detail: `The server's answer (HTTP ${status}) is not one of S3.`, kind, status };
}

/** The trouble as a job's failure; what is none of the server's is handed back as it is. `host`: of the server. */
export function s3Failure(error: unknown, output: { name: string; host: string }): unknown {
  if (error instanceof FailureError) return error;
  const trouble = s3Trouble(error);
  if (trouble === null) return error;
  const status = trouble.status === null ? "" : ` (HTTP ${trouble.status})`;
  const evidence = [`${output.host}: ${trouble.code}${status}: ${trouble.detail}`];
  if (trouble.kind === "busy") {
    const params = { output: output.name, host: output.host, reason: trouble.code };
    return new FailureError("OUTPUT_UNREACHABLE", params, { evidence, retryable: true, cause: error });
  }
  const params = { output: output.name, reason: trouble.code };
  return new FailureError("OUTPUT_DENIED", params, { evidence, cause: error });
}

function serverTrouble(error: S3ServiceException): S3Trouble {
  const status = error.$metadata.httpStatusCode ?? statusOf(error);
  const code = codeOf(error, status);
  const detail = oneLine(error.message === "UnknownError" || error.message === "" ? code : error.message);
  return { code, detail, kind: kindOf(code, status), status };
}

function kindOf(code: string, status: number | null): S3Trouble["kind"] {
  if (FULL_CODES.has(code)) return "denied";
  if (status === 404 && MISSING_CODES.has(code)) return "missing";
  return BUSY_CODES.has(code) || BUSY_STATUS.has(status ?? 0) ? "busy" : "denied";
}

/** An answer to HEAD has no body, so no code: its status is told in the words that GET would have used. */
function codeOf(error: S3ServiceException, status: number | null): string {
  const known =
    /^[A-Za-z]\w{2,63}$/.test(error.name) && !/^(Unknown|UnknownError|S3ServiceException)$/.test(error.name);
  if (known) return error.name;
  if (status === 403) return "AccessDenied";
  if (status === 404) return "NotFound";
  if (status === 301 || status === 307) return "PermanentRedirect";
  return status === null ? "UnknownError" : `HTTP${status}`;
}

function statusOf(error: unknown): number | null {
  const { $response, $metadata } = error as {
    $response?: { statusCode?: unknown };
    $metadata?: { httpStatusCode?: unknown };
  };
  const status = $response?.statusCode ?? $metadata?.httpStatusCode;
  return typeof status === "number" ? status : null;
}

function causes(error: unknown): Error[] {
  const found: Error[] = [];
  for (let at = error; at instanceof Error && found.length < 5; at = at.cause) {
    found.push(at);
    // Several addresses of one name were tried.
    if (at instanceof AggregateError) found.push(...at.errors.filter((each) => each instanceof Error));
  }
  return found;
}

function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, MAX_DETAIL);
}

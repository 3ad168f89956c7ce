import { FailureError } from "#lib/errors.ts";
import { BlockedAddressError, cidrOf } from "#lib/fetch/address-guard.ts";

/** Says what an HTTP status of a source means. Never called with 2xx. */
export function failureOfStatus(url: URL, status: number): FailureError {
  const params = { host: url.host, status };
  const evidence = [`${url.host} answered ${status}`];
  if (status === 401 || status === 403 || status === 407 || status === 410 || status === 451) {
    return new FailureError("INPUT_FORBIDDEN", params, { evidence });
  }
  if (status === 404) return new FailureError("INPUT_NOT_FOUND", params, { evidence });
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return new FailureError(
      "INPUT_UNREACHABLE",
      { host: url.host, seconds: 0 },
      { evidence, retryable: true },
    );
  }
  return new FailureError("INPUT_FORBIDDEN", params, { evidence });
}

/** Turns what the dialler or the socket threw into a failure. `seconds`: how long we had waited. */
export function failureOfError(url: URL, error: unknown, seconds: number): FailureError {
  if (error instanceof FailureError) return error;
  const blocked = findBlocked(error);
  if (blocked !== null) {
    return new FailureError(
      "INPUT_BLOCKED",
      { host: url.host || url.protocol, cidr: cidrOf(blocked.address), reason: blocked.reason },
      { evidence: [blocked.message], cause: error },
    );
  }
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const isCertificate = /CERT|TLS|SSL/.test(code) || /certificate/i.test(message);
  return new FailureError(
    "INPUT_UNREACHABLE",
    { host: url.host, seconds: Math.round(seconds) },
    { evidence: [code === "" ? message : `${code}: ${message}`], retryable: !isCertificate, cause: error },
  );
}

/** Whether a request that broke off may be continued: the address answered before, the connection ended early. */
export function isResumable(error: unknown): boolean {
  return error instanceof FailureError && error.failure.retryable;
}

function findBlocked(error: unknown): BlockedAddressError | null {
  if (error instanceof BlockedAddressError) return error;
  if (error instanceof AggregateError) {
    for (const inner of error.errors) {
      const found = findBlocked(inner);
      if (found !== null) return found;
    }
  }
  return error instanceof Error && error.cause !== undefined ? findBlocked(error.cause) : null;
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : "";
}

import { AppError } from "#lib/errors.ts";
import { getEnv } from "#lib/env.ts";

/** Methods that change nothing. */
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** The three headers that say where a request comes from. */
export type OriginHeaders = { origin: string | null; host: string | null; secFetchSite: string | null };

/**
 * Refuses a write that carries a session cookie unless the browser says that a page of this console sent it:
 * `Sec-Fetch-Site: same-origin` (browsers on https and localhost), else an `Origin` of PUBLIC_URL or of the Host that
 * was asked. A request with neither header is refused too; programs use an access key.
 * @throws {AppError} `forbidden`
 */
export function requireSameOrigin(method: string, { origin, host, secFetchSite }: OriginHeaders): void {
  if (SAFE.has(method.toUpperCase())) return;
  const isSame = secFetchSite === null ? isOwnOrigin(origin, host) : secFetchSite === "same-origin";
  if (!isSame)
    throw new AppError(
      "forbidden",
      "This request did not come from a page of this console. Programs use an access key.",
    );
}

function isOwnOrigin(origin: string | null, host: string | null): boolean {
  if (origin === null || !URL.canParse(origin)) return false;
  return origin === getEnv().publicUrl || (host !== null && new URL(origin).host === host.toLowerCase());
}

import { isIP } from "node:net";
import type { Readable } from "node:stream";

import { Agent, request } from "undici";

import { FailureError } from "#lib/errors.ts";
import {
  type AddressPolicy,
  BlockedAddressError,
  type BlockReason,
  checkAddress,
  guardedLookup,
  type Resolve,
} from "#lib/fetch/address-guard.ts";
import { failureOfError } from "#lib/fetch/fetch-failure.ts";

/** Redirects that are followed; each target is checked like the first address. */
const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export type GuardedFetchOptions = {
  policy: AddressPolicy;
  method?: "GET" | "POST";
  /** Sent with a POST. */
  body?: string;
  /** `return` hands a 3xx to the caller and goes nowhere else; by default redirects are followed. */
  redirects?: "follow" | "return";
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  connectTimeoutMs?: number;
  /** Until the response's headers are there. */
  headersTimeoutMs?: number;
  /** Longest pause between two pieces of the body. */
  bodyTimeoutMs?: number;
  resolve?: Resolve | undefined;
};

export type GuardedResponse = {
  status: number;
  /** Where the redirects ended. */
  url: URL;
  header: (name: string) => string | null;
  body: Readable;
  /** Ends the connection; call it always. */
  close: () => Promise<void>;
};

/**
 * A request over http or https that can only reach public addresses and those of the policy: checked when connecting, for every
 * redirect again. No proxies of the environment, no user information, no decompression (`accept-encoding: identity`).
 * @throws {FailureError} INPUT_BLOCKED, INPUT_UNREACHABLE. A status of 4xx or 5xx is returned, not thrown.
 */
export async function guardedFetch(address: string, options: GuardedFetchOptions): Promise<GuardedResponse> {
  let url = parseAddress(address);
  for (let redirects = 0; ; redirects++) {
    const response = await fetchOnce(url, options);
    const location = REDIRECTS.has(response.status) ? response.header("location") : null;
    if (location === null || options.redirects === "return") return response;
    await response.close();
    if (redirects === MAX_REDIRECTS) {
      throw new FailureError(
        "INPUT_UNREACHABLE",
        { host: url.host, seconds: 0 },
        { evidence: [`more than ${MAX_REDIRECTS} redirects`] },
      );
    }
    url = parseAddress(location, url);
  }
}

async function fetchOnce(url: URL, options: GuardedFetchOptions): Promise<GuardedResponse> {
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  // A literal address never goes through `lookup`.
  if (isIP(hostname) !== 0) {
    try {
      checkAddress(hostname, port, options.policy);
    } catch (error) {
      throw failureOfError(url, error, 0);
    }
  }
  const agent = new Agent({
    allowH2: false,
    connections: 1,
    // Not 0: that sends "connection: close", and the end of such a connection counts as an error when the server is
    // quicker than our writing to disk (seen in 10 of 80 fetches from a small local server, with 1 in none of 160).
    pipelining: 1,
    connect: {
      timeout: options.connectTimeoutMs ?? 10_000,
      lookup: guardedLookup(port, options.policy, options.resolve),
    },
  });
  try {
    const response = await request(url, {
      dispatcher: agent,
      method: options.method ?? "GET",
      ...(options.body === undefined ? {} : { body: options.body }),
      headers: {
        accept: "*/*",
        "user-agent": "vod-console",
        ...options.headers,
        "accept-encoding": "identity",
      },
      headersTimeout: options.headersTimeoutMs ?? 15_000,
      bodyTimeout: options.bodyTimeoutMs ?? 15_000,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    // From the first moment on: without a listener an error that comes before the body is read would end the process.
    response.body.on("error", () => undefined);
    return {
      status: response.statusCode,
      url,
      header: (name) => {
        const value = response.headers[name];
        return (Array.isArray(value) ? value[0] : value) ?? null;
      },
      body: response.body,
      close: async () => {
        response.body.destroy();
        await agent.destroy();
      },
    };
  } catch (error) {
    await agent.destroy();
    options.signal?.throwIfAborted();
    throw failureOfError(url, error, elapsed());
  }
}

function parseAddress(address: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch (cause) {
    throw new FailureError(
      "INPUT_UNREACHABLE",
      { host: base?.host ?? address.slice(0, 100), seconds: 0 },
      { evidence: ["not an address"], cause },
    );
  }
  const refuse = (why: string, reason: BlockReason) =>
    failureOfError(url, new BlockedAddressError(url.hostname, why, reason), 0);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw refuse(`${url.protocol} is not http or https`, "scheme");
  if (url.username !== "" || url.password !== "")
    throw refuse("a user name or password in the address is not accepted", "credentials");
  return url;
}

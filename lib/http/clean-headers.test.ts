import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";

import { cleanHeaders } from "#lib/http/clean-headers.ts";

/** The two parts of a request that the function reads. */
const request = (remoteAddress: string, headers: Record<string, string>) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;

describe("from a peer that is no trusted proxy", () => {
  test("X-Forwarded-*, Forwarded and X-Real-IP are removed, and the peer is the client", () => {
    const headers = {
      host: "a",
      "x-forwarded-for": "1.2.3.4",
      "x-forwarded-proto": "https",
      forwarded: "for=1.2.3.4",
      "x-real-ip": "1.2.3.4",
    };
    const one = request("::ffff:203.0.113.9", headers);
    expect(cleanHeaders(one, [])).toBe("203.0.113.9");
    expect(one.headers).toEqual({ host: "a", "x-client-ip": "203.0.113.9" });
  });

  test("so are headers that steer Next, and ours", () => {
    const headers = {
      "x-middleware-subrequest": "proxy",
      "x-middleware-rewrite": "/",
      "x-nextjs-data": "1",
      "content-security-policy": "script-src 'nonce-evil'",
      "x-client-ip": "1.2.3.4",
      "x-request-path": "//evil",
      rsc: "1",
      "next-router-state-tree": "[]",
    };
    const one = request("203.0.113.9", headers);
    cleanHeaders(one, ["203.0.113.9"]);
    expect(one.headers).toEqual({ rsc: "1", "next-router-state-tree": "[]", "x-client-ip": "203.0.113.9" });
  });
});

describe("from a trusted proxy", () => {
  test.each([
    ["the one client", "1.2.3.4", "1.2.3.4"],
    ["not what the client made up before it", "9.9.9.9, 1.2.3.4", "1.2.3.4"],
    ["past other trusted proxies", "1.2.3.4, 10.1.1.1, 10.2.2.2", "1.2.3.4"],
    ["the last sound one before nonsense", "1.2.3.4, nonsense, 10.1.1.1", "10.1.1.1"],
    ["an IPv6 address", "2001:db8::7", "2001:db8::7"],
    ["the proxy itself when it names nobody", "", "10.0.0.1"],
  ])("%s", (_name, forwardedFor, address) => {
    const one = request("10.0.0.1", { "x-forwarded-for": forwardedFor });
    expect(cleanHeaders(one, ["10.0.0.0/8"])).toBe(address);
    expect(one.headers["x-forwarded-for"]).toBe(forwardedFor);
  });

  test("a single address and an IPv6 block name proxies too", () => {
    expect(cleanHeaders(request("127.0.0.1", { "x-forwarded-for": "1.2.3.4" }), ["127.0.0.1"])).toBe(
      "1.2.3.4",
    );
    expect(cleanHeaders(request("2001:db8::1", { "x-forwarded-for": "1.2.3.4" }), ["2001:db8::/32"])).toBe(
      "1.2.3.4",
    );
    expect(cleanHeaders(request("2001:db9::1", { "x-forwarded-for": "1.2.3.4" }), ["2001:db8::/32"])).toBe(
      "2001:db9::1",
    );
  });
});

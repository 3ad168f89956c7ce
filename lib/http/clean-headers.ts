import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";

import { CLIENT_ADDRESS_HEADER } from "#lib/http/client-address.ts";

/** Written by us for Next and the handlers; a client's own would be believed. */
export const REQUEST_PATH_HEADER = "x-request-path";
export const PAGE_POLICY_HEADER = "content-security-policy";

/** Headers that only a proxy in front of us may send. */
const FORWARDED = /^(x-forwarded-.*|forwarded|x-real-ip)$/;
/** Headers that steer Next from inside (CVE-2025-29927 was one), and our own. */
const INTERNAL =
  /^(x-middleware-.*|x-nextjs-.*|x-next-.*|x-invoke-.*|x-now-.*|x-matched-path|content-security-policy(-report-only)?|x-nonce|x-request-path|x-client-ip)$/;

/** With these Next's router asks for a page; on a path of an API they would bring forth a redirect. */
const PAGE_ONLY = /^(rsc|next-.*)$/;

/** Removes what only a page's router may ask for. */
export function removePageHeaders({ headers }: IncomingMessage): void {
  for (const name of Object.keys(headers)) if (PAGE_ONLY.test(name)) Reflect.deleteProperty(headers, name);
}

/**
 * Removes from `request.headers` what a client must not say, and adds the client's address and the path for the
 * handlers. Answers the client's IP address: the peer's, or behind trusted proxies the last one in X-Forwarded-For that
 * is not itself a trusted proxy. `rawHeaders` stays as it was received.
 */
export function cleanHeaders(request: IncomingMessage, trustedProxies: readonly string[]): string {
  const { headers } = request;
  const peer = plainAddress(request.socket.remoteAddress ?? "");
  const isTrusted = isListed(peer, trustedProxies);
  const forwardedFor = headers["x-forwarded-for"];
  for (const name of Object.keys(headers))
    if (INTERNAL.test(name) || (!isTrusted && FORWARDED.test(name))) Reflect.deleteProperty(headers, name);
  const address = isTrusted ? forwardedAddress(String(forwardedFor ?? ""), peer, trustedProxies) : peer;
  headers[CLIENT_ADDRESS_HEADER] = address;
  return address;
}

function forwardedAddress(forwardedFor: string, peer: string, trustedProxies: readonly string[]): string {
  let last = peer;
  for (const hop of forwardedFor.split(",").reverse()) {
    const address = plainAddress(hop.trim());
    if (!ipaddr.isValid(address)) return last;
    last = address;
    if (!isListed(address, trustedProxies)) return address;
  }
  return last;
}

/** `::ffff:192.0.2.1` is 192.0.2.1. */
function plainAddress(text: string): string {
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : text;
}

function isListed(address: string, list: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const wanted = ipaddr.process(address);
  return list.some((entry) => {
    if (!entry.includes("/")) return plainAddress(entry) === wanted.toString();
    const [network, bits] = ipaddr.parseCIDR(entry);
    return network.kind() === wanted.kind() && wanted.match(network, bits);
  });
}

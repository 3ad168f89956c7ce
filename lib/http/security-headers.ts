import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";

/** On every answer. */
export function setCommonHeaders(response: ServerResponse, publicUrl: string): void {
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "same-origin");
  if (publicUrl.startsWith("https://")) response.setHeader("Strict-Transport-Security", "max-age=31536000");
}

/** A fresh nonce for the scripts of one page. */
export function newNonce(): string {
  return randomBytes(18).toString("base64");
}

/**
 * The Content-Security-Policy of a page. Scripts run by nonce or from our own files; styles may be inline, because
 * positioned parts (menus, bars) carry style attributes. Media come from this server, from PUBLIC_URL when the page was
 * opened under another name, from an Output's public address (`mediaOrigins`), and from the player's own blobs.
 */
export function pagePolicy(nonce: string, mediaOrigins: readonly string[], isDev: boolean): string {
  const media = ["'self'", ...new Set(mediaOrigins)].join(" ");
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${isDev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    `img-src ${media} data: blob:`,
    `media-src ${media} blob:`,
    `connect-src ${media}${isDev ? " ws:" : ""}`,
    "worker-src 'self' blob:",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** On every page, beside its Content-Security-Policy. */
export function setPageHeaders(response: ServerResponse, policy: string): void {
  response.setHeader("Content-Security-Policy", policy);
  response.setHeader("X-Frame-Options", "DENY");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
}

/** For answers that are data: nothing in them may run, whatever a browser takes them for. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

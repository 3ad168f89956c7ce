import { hkdfSync } from "node:crypto";

import { getEnv } from "#lib/env.ts";

/**
 * A 32-byte key made from SECRET_KEY for one purpose (HKDF-SHA256, RFC 5869), so that no two uses share a key and a
 * value made for one of them is worth nothing to another.
 */
export function deriveKey(purpose: KeyPurpose): Buffer {
  return derive(purpose, getEnv().secretKey);
}

/** The same from PREVIOUS_SECRET_KEY, or null when none is set. */
export function derivePreviousKey(purpose: KeyPurpose): Buffer | null {
  const { previousSecretKey } = getEnv();
  return previousSecretKey === undefined ? null : derive(purpose, previousSecretKey);
}

export type KeyPurpose = "secret-box" | "file-links" | "sessions" | "access-key-check" | "callback-signing";

function derive(purpose: KeyPurpose, secretKey: string): Buffer {
  const cache = keys();
  const name = `${purpose}\0${secretKey}`;
  const known = cache.get(name);
  if (known) return known;
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", `vod-console ${purpose} v1`, 32));
  cache.set(name, key);
  return key;
}

/** On globalThis: the server and Next's bundle of the handlers each load this module. */
function keys(): Map<string, Buffer> {
  const shared = globalThis as typeof globalThis & { vodConsoleKeys?: Map<string, Buffer> };
  return (shared.vodConsoleKeys ??= new Map<string, Buffer>());
}

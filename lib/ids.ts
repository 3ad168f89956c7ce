import { randomBytes } from "node:crypto";

/**
 * Ids. A row's id is a UUIDv7 (RFC 9562: 48 bits of Unix milliseconds, 74 random bits). The console and the native API
 * show it as a TypeID (prefix, underscore, 26 letters of Crockford base 32: https://github.com/jetify-com/typeid); a
 * vendor's dialect shows its own rendering of the same 128 bits.
 */

export const ID_PREFIXES = {
  task: "tsk",
  job: "job",
  template: "tpl",
  output: "out",
  upload: "upl",
  probe: "prb",
  user: "usr",
  accessKey: "key",
  worker: "wrk",
  project: "prj",
  webhookEndpoint: "whe",
  webhookDelivery: "whd",
  event: "evt",
  invite: "inv",
  audit: "aud",
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A new UUIDv7, lower case with hyphens. `now` is Unix milliseconds. */
export function newId(now: number = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return hexToUuid(bytes.toString("hex"));
}

/** 32 hex digits → UUID with hyphens. */
export function hexToUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** UUID → its 32 hex digits. */
export function uuidToHex(uuid: string): string {
  return uuid.replaceAll("-", "");
}

/** UUID → `tsk_01h455vb4pex5vsknk084sn02q`. */
export function showId(kind: IdKind, uuid: string): string {
  let value = BigInt(`0x${uuidToHex(uuid)}`);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return `${ID_PREFIXES[kind]}_${text}`;
}

/** `tsk_…` (or the bare UUID) → UUID; null when it is not an id of that kind. Never throws. */
export function readId(kind: IdKind, text: string): string | null {
  const wanted = text.trim().toLowerCase();
  if (UUID.test(wanted)) return wanted;
  const prefix = `${ID_PREFIXES[kind]}_`;
  if (!wanted.startsWith(prefix)) return null;
  const letters = wanted.slice(prefix.length);
  // 26 letters hold 130 bits: the first may only use three of its five.
  if (!/^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(letters)) return null;
  let value = 0n;
  for (const letter of letters) value = (value << 5n) | BigInt(ALPHABET.indexOf(letter));
  return hexToUuid(value.toString(16).padStart(32, "0"));
}

/** The creation time that a UUIDv7 carries, Unix milliseconds. */
export function idTime(uuid: string): number {
  return Number.parseInt(uuidToHex(uuid).slice(0, 12), 16);
}

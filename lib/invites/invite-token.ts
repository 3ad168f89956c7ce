import { createHash, randomBytes } from "node:crypto";

const TOKEN_BYTES = 32;

/** A new token, 43 letters of base64url: 256 random bits, so that a plain hash of it is worth nothing to a reader. */
export function newInviteToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** What is stored of a token. */
export function hashInviteToken(token: string): string {
  return createHash("sha256").update("invite\0").update(token).digest("hex");
}

import { createHmac, randomBytes } from "node:crypto";

/**
 * Signatures of the Standard Webhooks specification, 1.0 (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
 * HMAC-SHA256 over `id.timestamp.body` under the bytes that follow `whsec_` in base64, several of them separated by a
 * space while a secret is being replaced.
 */

const SECRET_PREFIX = "whsec_";
/** The specification asks for 24 to 64. */
const SECRET_BYTES = 32;

/** A new symmetric secret, `whsec_` and base64. */
export function newWebhookSecret(): string {
  return writeWebhookSecret(randomBytes(SECRET_BYTES));
}

/** Key bytes in the form that receivers' libraries take. */
export function writeWebhookSecret(key: Buffer): string {
  return `${SECRET_PREFIX}${key.toString("base64")}`;
}

export type SignedMessage = { id: string; timestampSeconds: number; body: string };

/** `webhook-id`, `webhook-timestamp` and `webhook-signature` of one request, signed under every given secret. */
export function signatureHeaders(
  { id, timestampSeconds, body }: SignedMessage,
  secrets: readonly string[],
): Record<string, string> {
  const content = `${id}.${timestampSeconds}.${body}`;
  const sign = (secret: string) =>
    createHmac("sha256", Buffer.from(secret.slice(SECRET_PREFIX.length), "base64"))
      .update(content, "utf8")
      .digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestampSeconds),
    "webhook-signature": secrets.map((secret) => `v1,${sign(secret)}`).join(" "),
  };
}

import { createHmac } from "node:crypto";

import { deriveKey, derivePreviousKey } from "#lib/auth/derive-key.ts";
import { decryptSecret, encryptSecret, secretPlace } from "#lib/auth/secret-box.ts";
import type { WebhookEndpoint } from "#lib/db/generated/client.ts";
import { writeWebhookSecret } from "#lib/webhooks/signature.ts";

/** A replaced secret goes on signing this long, so that receivers can be changed one by one. */
export const ROTATION_MS = 24 * 3_600_000;

type Column = "secretEncrypted" | "previousSecretEncrypted";
type SecretColumns = Pick<WebhookEndpoint, "id" | Column | "previousSecretUntil">;

const place = (endpointId: string, column: Column) => secretPlace("WebhookEndpoint", endpointId, column);

/** A secret as its column keeps it. */
export function sealEndpointSecret(endpointId: string, column: Column, secret: string): string {
  return encryptSecret(secret, place(endpointId, column));
}

/** Secrets that sign now, the newest first. */
export function openEndpointSecrets(row: SecretColumns, now: Date): string[] {
  const secrets = [decryptSecret(row.secretEncrypted, place(row.id, "secretEncrypted"))];
  const isRotating = row.previousSecretUntil !== null && row.previousSecretUntil > now;
  if (row.previousSecretEncrypted !== null && isRotating) {
    secrets.push(decryptSecret(row.previousSecretEncrypted, place(row.id, "previousSecretEncrypted")));
  }
  return secrets;
}

/** What the callbacks of an Output (UUID) are signed with: made from SECRET_KEY, so that nothing is stored. */
export function callbackSecret(outputId: string): string {
  return madeFrom(deriveKey("callback-signing"), outputId);
}

/** That and, while SECRET_KEY is being replaced, the one before: both sign, so that receivers can be changed in peace. */
export function callbackSecrets(outputId: string): string[] {
  const previous = derivePreviousKey("callback-signing");
  const secret = callbackSecret(outputId);
  return previous === null ? [secret] : [secret, madeFrom(previous, outputId)];
}

function madeFrom(key: Buffer, outputId: string): string {
  return writeWebhookSecret(createHmac("sha256", key).update(outputId).digest());
}

import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

import { deriveKey, derivePreviousKey } from "#lib/auth/derive-key.ts";

const VERSION = "v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A secret as it is kept in the database: `v1.<key id>.<base64url of iv, tag and ciphertext>`, AES-256-GCM under a key
 * derived from SECRET_KEY. `aad` names the place of the value (`secretPlace`), so that a row's ciphertext cannot be
 * moved to another row or column. Every call gives another text.
 */
export function encryptSecret(plain: string, aad: string): string {
  const key = deriveKey("secret-box");
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(aad, "utf8"));
  const text = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return `${VERSION}.${keyId(key)}.${Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url")}`;
}

/** The reverse of {@link encryptSecret}, under SECRET_KEY or PREVIOUS_SECRET_KEY; throws when the key, the place or one bit of the text differs. */
export function decryptSecret(sealed: string, aad: string): string {
  const [version, id, body, ...rest] = sealed.split(".");
  if (version !== VERSION || id === undefined || body === undefined || rest.length > 0)
    throw new Error(`The stored secret of ${aad} has an unknown form.`);
  const key = [deriveKey("secret-box"), derivePreviousKey("secret-box")].find(
    (one) => one !== null && keyId(one) === id,
  );
  if (!key)
    throw new Error(
      `The stored secret of ${aad} was encrypted with another SECRET_KEY (key ${id}); start with that one, or give it as PREVIOUS_SECRET_KEY.`,
    );
  const bytes = Buffer.from(body, "base64url");
  if (bytes.length < IV_BYTES + TAG_BYTES) throw new Error(`The stored secret of ${aad} is cut short.`);
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(aad, "utf8"));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
      "utf8",
    );
  } catch (cause) {
    throw new Error(`The stored secret of ${aad} does not belong there or was changed.`, { cause });
  }
}

/** The additional data of a stored secret: table, row and column. */
export function secretPlace(table: string, rowId: string, column: string): string {
  return `${table}/${rowId}/${column}`;
}

/** What every secret begins with that is stored under today's SECRET_KEY. */
export function presentPrefix(): string {
  return `${VERSION}.${keyId(deriveKey("secret-box"))}.`;
}

/** Eight hex digits that tell one key from another and nothing else. */
function keyId(key: Buffer): string {
  return createHash("sha256").update("key id").update(key).digest("hex").slice(0, 8);
}

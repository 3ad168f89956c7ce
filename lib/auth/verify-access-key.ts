import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import type { Dialect } from "#lib/access-keys/schema.ts";
import { deriveKey } from "#lib/auth/derive-key.ts";
import { decryptSecret, secretPlace } from "#lib/auth/secret-box.ts";
import type { Ctx, Trigger } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";

const TRIGGER: Record<Dialect, Trigger> = { native: "api", visionular: "visionular" };

/** `lastUsedAt` is a hint for people, so it is written at most this often. */
const LAST_USED_STEP_MS = 60_000;

/**
 * The caller that an `Authorization: Basic base64(accessKeyId:secret)` header proves, or null: malformed, unknown,
 * revoked, wrong secret and "not for this dialect" are one answer, given after the same work.
 */
export async function verifyAccessKey(authorization: string, dialect: Dialect): Promise<Ctx | null> {
  const given = readBasic(authorization);
  if (given === null) return null;
  const key = await db().accessKey.findUnique({
    where: { accessKeyId: given.user },
    omit: { secretEncrypted: false },
  });
  const secret = key
    ? decryptSecret(key.secretEncrypted, secretPlace("AccessKey", key.id, "secretEncrypted"))
    : randomBytes(20).toString("hex");
  const isRight = sameSecret(given.password, secret);
  if (!key || !isRight || key.revokedAt !== null) return null;
  if (!key.dialects.includes("*") && !key.dialects.includes(dialect)) return null;
  const now = new Date();
  const step = new Date(now.getTime() - LAST_USED_STEP_MS);
  if (key.lastUsedAt === null || key.lastUsedAt < step)
    await db().accessKey.updateMany({
      // Of many calls at the same moment, one writes.
      where: { id: key.id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: step } }] },
      data: { lastUsedAt: now },
    });
  return {
    projectId: key.projectId,
    actor: { kind: "key", id: key.id, name: key.name },
    role: key.role,
    trigger: TRIGGER[dialect],
  };
}

/** User and password of a Basic header (RFC 7617, UTF-8), or null when it is not one. */
export function readBasic(authorization: string): { user: string; password: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  // PostgreSQL stores no NUL, and would refuse the look-up.
  return colon < 1 || text.includes("\0")
    ? null
    : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Compares digests of equal length, so that neither length nor the first wrong byte shows in the time. */
function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHmac("sha256", deriveKey("access-key-check")).update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

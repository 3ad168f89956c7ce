import { randomBytes, randomInt } from "node:crypto";

import { createAccessKeySchema } from "#lib/access-keys/schema.ts";
import { toAccessKeyView } from "#lib/access-keys/to-access-key-view.ts";
import type { CreatedAccessKey } from "#lib/access-keys/view.ts";
import { recordAudit } from "#lib/audit/record-audit.ts";
import { encryptSecret, secretPlace } from "#lib/auth/secret-box.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { newId } from "#lib/ids.ts";
import { parseInput } from "#lib/parse-input.ts";

/** 30 bytes are 40 letters of base64url: the length that vendors' clients expect of a secret. */
const SECRET_BYTES = 30;
/** No letters that a person could mistake for another. */
const ID_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
const ID_LENGTH = 20;

/**
 * Makes an access key with a random secret, which this answer alone holds. Role admin, and no more than one's own.
 * `input`: see createAccessKeySchema.
 * @throws {AppError} `invalid_input`, `forbidden`
 */
export async function createAccessKey(ctx: Ctx, input: unknown): Promise<CreatedAccessKey> {
  requireRole(ctx, "admin");
  const { name, role, dialects } = parseInput(createAccessKeySchema, input);
  requireRole(ctx, role);
  const id = newId();
  const accessKeyId = newAccessKeyId();
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const row = await db().$transaction(async (tx) => {
    const made = await tx.accessKey.create({
      data: {
        id,
        projectId: ctx.projectId,
        accessKeyId,
        secretEncrypted: encryptSecret(secret, secretPlace("AccessKey", id, "secretEncrypted")),
        name,
        role,
        dialects,
      },
    });
    await recordAudit(tx, ctx, {
      action: "access_key.create",
      object: { kind: "accessKey", id, name },
      after: { accessKeyId, role, dialects },
    });
    return made;
  });
  return { key: toAccessKeyView(row), secret };
}

function newAccessKeyId(): string {
  const letters = Array.from({ length: ID_LENGTH }, () => ID_LETTERS.charAt(randomInt(ID_LETTERS.length)));
  return `VK${letters.join("")}`;
}

import { encryptSecret, secretPlace } from "#lib/auth/secret-box.ts";
import type { Role } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { newId } from "#lib/ids.ts";

/**
 * Makes the access key of ACCESS_KEY_ID and ACCESS_KEY_SECRET in a project (UUID) unless a key with that id is there,
 * whose secret, role and state then stay as they are.
 * @returns whether it made one.
 */
export async function ensureAccessKey(given: {
  projectId: string;
  accessKeyId: string;
  secret: string;
  name: string;
  role: Role;
  /** `["*"]`: all. */
  dialects: string[];
}): Promise<boolean> {
  const id = newId();
  const { count } = await db().accessKey.createMany({
    data: [
      {
        id,
        projectId: given.projectId,
        accessKeyId: given.accessKeyId,
        secretEncrypted: encryptSecret(given.secret, secretPlace("AccessKey", id, "secretEncrypted")),
        name: given.name,
        role: given.role,
        dialects: given.dialects,
      },
    ],
    skipDuplicates: true,
  });
  return count === 1;
}

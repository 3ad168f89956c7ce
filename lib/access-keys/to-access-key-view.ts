import type { AccessKeyView } from "#lib/access-keys/view.ts";
import type { AccessKey } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";

export function toAccessKeyView(row: Omit<AccessKey, "secretEncrypted" | "projectId">): AccessKeyView {
  return {
    id: showId("accessKey", row.id),
    name: row.name,
    accessKeyId: row.accessKeyId,
    role: row.role,
    dialects: [...row.dialects],
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

import type { Upload } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import type { UploadView } from "#lib/uploads/view.ts";

export function toUploadView(row: Upload): UploadView {
  return {
    id: showId("upload", row.id),
    name: row.name,
    sizeBytes: Number(row.sizeBytes),
    offsetBytes: Number(row.offsetBytes),
    state: row.state,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

import type { Prisma } from "#lib/db/generated/client.ts";
import { failureView } from "#lib/i18n/failure-message.ts";
import { showId } from "#lib/ids.ts";
import type { MediaInfo, MediaWarning } from "#lib/media/media-info.ts";
import type { ProbeView } from "#lib/probes/view.ts";

export const PROBE_ROW = {
  id: true,
  status: true,
  mediaInfo: true,
  warnings: true,
  errorCode: true,
  errorParams: true,
} as const satisfies Prisma.ProbeSelect;
export type ProbeRow = Prisma.ProbeGetPayload<{ select: typeof PROBE_ROW }>;

export function toProbeView(row: ProbeRow, { hasThumbnail }: { hasThumbnail: boolean }): ProbeView {
  const id = showId("probe", row.id);
  return {
    id,
    status: row.status,
    mediaInfo: row.mediaInfo as MediaInfo | null,
    warnings: (row.warnings as MediaWarning[] | null) ?? [],
    failure: row.errorCode === null ? null : failureView(row.errorCode, row.errorParams),
    thumbnailUrl: hasThumbnail ? `/api/v1/probes/${id}/thumbnail` : null,
  };
}

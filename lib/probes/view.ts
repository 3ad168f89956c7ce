import type { FailureView } from "#lib/jobs/view.ts";
import type { MediaInfo, MediaWarning } from "#lib/media/media-info.ts";

export type ProbeView = {
  /** prb_… */
  id: string;
  status: "queued" | "done" | "failed";
  mediaInfo: MediaInfo | null;
  warnings: MediaWarning[];
  failure: FailureView | null;
  /** Path on this server; null until done, and for a source without a picture. */
  thumbnailUrl: string | null;
};

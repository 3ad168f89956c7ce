import type { MediaInfo } from "#lib/media/media-info.ts";
import { findSampleRow } from "#lib/samples/read-samples.ts";

/** File name and probed facts of a shipped sample; null when there is none of that id. */
export async function findSampleMedia(id: string): Promise<{ file: string; mediaInfo: MediaInfo } | null> {
  const sample = await findSampleRow(id);
  return sample === null ? null : { file: sample.file, mediaInfo: sample.mediaInfo };
}

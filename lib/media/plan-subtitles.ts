import type { Container, EncodeSpec } from "#lib/media/encode-spec.ts";
import { isSegmentedContainer } from "#lib/media/fits.ts";
import type { MediaInfo, MediaWarning } from "#lib/media/media-info.ts";
import type { PlannedSubtitle } from "#lib/media/planned-rendition.ts";

/** Subtitles that are text; the others are pictures of it, which only a player of their own kind shows. */
const TEXT = ["subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"];

/** The subtitle codec of a container that carries them; what is not here carries none. */
const CODECS: Partial<Record<Container, string>> = {
  mp4: "mov_text",
  mov: "mov_text",
  mkv: "srt",
  webm: "webvtt",
  hls: "webvtt",
  dash: "webvtt",
  cmaf: "webvtt",
};

export const carriesSubtitles = (container: Container): boolean => CODECS[container] !== undefined;

/** The index of the subtitles that are drawn on the picture, the first that are text; null for none. Warns of that. */
export function planBurn(media: MediaInfo, warnings: MediaWarning[]): number | null {
  const text = media.subtitles.find(({ codec }) => TEXT.includes(codec));
  if (text) return text.index;
  const [picture] = media.subtitles;
  if (picture) warnings.push({ code: "subtitle_not_text", params: { codec: picture.codec } });
  else warnings.push({ code: "no_subtitles", params: {} });
  return null;
}

/** The subtitles that go along: inside a single file, beside segments as a WebVTT file each. Appends to `warnings`. */
export function planSubtitles(
  media: MediaInfo,
  spec: EncodeSpec,
  warnings: MediaWarning[],
): PlannedSubtitle[] {
  const encoder = CODECS[spec.container];
  if (spec.subtitles !== "carry" || encoder === undefined) return [];
  const isText = (codec: string) => TEXT.includes(codec);
  for (const { codec } of media.subtitles.filter((stream) => !isText(stream.codec)))
    warnings.push({ code: "subtitle_not_text", params: { codec } });
  return media.subtitles
    .filter((stream) => isText(stream.codec))
    .map((stream, index) => ({
      name: `subtitles-${index + 1}`,
      sourceIndex: stream.index,
      // Styles survive in Matroska, which holds what the others have to be converted to.
      encoder: spec.container === "mkv" && /^(ass|ssa)$/.test(stream.codec) ? "copy" : encoder,
      language: stream.language,
      title: stream.title,
      disposition: stream.disposition ?? [],
      isSidecar: isSegmentedContainer(spec.container),
    }));
}

import type { RenditionView } from "#lib/jobs/view.ts";

/** How a result is played: by the engine (manifests), by the browser itself (one file), or not here. */
export type PlayMethod = "engine" | "file" | "none";

const ENGINE_CONTAINERS = ["hls", "dash", "cmaf"];
const FILE_CONTAINERS = ["mp4", "fmp4", "mov", "webm", "mp3", "m4a", "ogg", "flac", "wav"];

export function playMethod(container: string): PlayMethod {
  if (ENGINE_CONTAINERS.includes(container)) return "engine";
  return FILE_CONTAINERS.includes(container) ? "file" : "none";
}

/** A codec as a MIME type that a browser can be asked about; a plain profile of each, as the exact one is not known. */
const TYPES: Record<string, string> = {
  h264: 'video/mp4; codecs="avc1.640028"',
  h265: 'video/mp4; codecs="hvc1.1.6.L120.90"',
  hevc: 'video/mp4; codecs="hvc1.1.6.L120.90"',
  av1: 'video/mp4; codecs="av01.0.08M.08"',
  vp9: 'video/mp4; codecs="vp09.00.40.08"',
  aac: 'audio/mp4; codecs="mp4a.40.2"',
  opus: 'audio/mp4; codecs="opus"',
  mp3: "audio/mpeg",
  flac: "audio/flac",
  ac3: 'audio/mp4; codecs="ac-3"',
  eac3: 'audio/mp4; codecs="ec-3"',
};

type Ask = (type: string) => boolean;

/** What the browser says of a MIME type, for a manifest (Media Source) or a file. */
export function browserCanPlay(method: PlayMethod): Ask {
  if (method === "engine" && "MediaSource" in window) return (type) => MediaSource.isTypeSupported(type);
  const probe = document.createElement("video");
  return (type) => probe.canPlayType(type) !== "";
}

/**
 * The codec that keeps a result from being played here, or null. A result is playable when, of the kinds of stream that
 * it has, each has at least one rendition in a codec that the browser knows; an unknown codec is given a try.
 */
export function unplayableCodec(
  renditions: readonly Pick<RenditionView, "kind" | "codec">[],
  canPlay: Ask,
): string | null {
  for (const kind of ["video", "audio"] as const) {
    const codecs = [...new Set(renditions.filter((one) => one.kind === kind).map(({ codec }) => codec))];
    const isPlayable = codecs.some((codec) => TYPES[codec] === undefined || canPlay(TYPES[codec]));
    if (codecs[0] !== undefined && !isPlayable) return codecs[0];
  }
  return null;
}

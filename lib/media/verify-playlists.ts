import { posix } from "node:path";
import { FailureError } from "#lib/errors.ts";
import type { MeasuredRendition } from "#lib/media/measure-rendition.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";

/** What lies in a rendition's files, whatever the lists say: from ffprobe and from the files' sizes. */
export type FoundRendition = {
  name: string;
  /** Relative to the publish folder. */
  folder: string;
  kind: "video" | "audio";
  /** ffprobe's names, with the sound's where it is muxed. */
  codecs: string[];
  segmentCount: number;
  durationSeconds: number;
  sizeBytes: number;
};

/** How the strings of RFC 6381 begin, by ffprobe's names. Others are not compared. */
const CODEC_STRINGS: Record<string, RegExp> = {
  h264: /^avc[13]\./,
  hevc: /^h(?:vc|ev)1\./,
  vp9: /^vp09\./,
  av1: /^av01\./,
  aac: /^mp4a\.40\./,
  mp3: /^mp4a\.(?:40\.34|6[9b])/i,
  opus: /^opus$/i,
  ac3: /^ac-3$/,
  flac: /^flac$/i,
};
/** Times in lists have six digits after the point. */
const ROUNDING_SECONDS = 0.001;

const failed = (check: string, detail: string) =>
  new FailureError("OUTPUT_VERIFICATION_FAILED", { check, detail });

export const foundRendition = (measured: MeasuredRendition, head: MediaInfo): FoundRendition => ({
  name: measured.plan.name,
  folder: measured.folder,
  kind: measured.plan.kind,
  codecs: [...head.video, ...head.audio].map(({ codec }) => codec),
  segmentCount: measured.segments.length,
  durationSeconds: measured.durationSeconds,
  sizeBytes: measured.sizeBytes - measured.initBytes,
});

/**
 * What a playlist or manifest of ours promises players is so: each variant's codecs, a bandwidth that its files stay
 * within, and segments that are as many and as long as those that there are. `path`: relative to the publish folder.
 * @throws FailureError OUTPUT_VERIFICATION_FAILED ("segment durations", "codecs", "bandwidth", "playlists")
 */
export function checkPlaylist(path: string, text: string, found: readonly FoundRendition[]): void {
  if (path.endsWith(".mpd")) checkManifest(path, text, found);
  else if (text.includes("#EXT-X-STREAM-INF")) checkMaster(path, text, found);
  else if (text.includes("#EXTINF")) checkMedia(path, text, found);
}

function checkMedia(path: string, text: string, found: readonly FoundRendition[]): void {
  const lengths = [...text.matchAll(/^#EXTINF:([\d.]+)/gm)].map(([, length]) => Number(length));
  const target = Number(/^#EXT-X-TARGETDURATION:(\d+)/m.exec(text)?.[1] ?? 0);
  const long = lengths.find((length) => Math.round(length) > target);
  if (long !== undefined)
    throw failed("segment durations", `${path} has a segment of ${long} s above its target of ${target} s`);
  const rendition = found.find(({ folder }) => path === `${folder}/playlist.m3u8`);
  if (rendition === undefined) return;
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const isSo =
    lengths.length === rendition.segmentCount &&
    Math.abs(total - rendition.durationSeconds) <= ROUNDING_SECONDS * (lengths.length + 1);
  if (!isSo) {
    const is = `${rendition.segmentCount} segments of ${rendition.durationSeconds.toFixed(3)} s`;
    throw failed("segment durations", `${path} lists ${lengths.length} of ${total.toFixed(3)} s for ${is}`);
  }
}

function checkMaster(path: string, text: string, found: readonly FoundRendition[]): void {
  const sounds = found.filter(({ kind }) => kind === "audio");
  for (const [, line = "", uri = ""] of text.matchAll(/^#EXT-X-STREAM-INF:(.*)\n(.+)$/gm)) {
    const folder = posix.normalize(posix.join(posix.dirname(path), posix.dirname(decodeUri(uri))));
    const variant = found.find((one) => one.folder === folder);
    if (variant === undefined)
      throw failed("playlists", `${path} has a variant that was not encoded: ${uri}`);
    const heard = variant.kind === "video" ? sounds : [];
    const codecs = /CODECS="([^"]*)"/.exec(line)?.[1] ?? "";
    checkCodecs(`${path}: ${variant.name}`, codecs, [variant, ...heard]);
    const loudest = Math.max(0, ...heard.map(bitsPerSecond));
    const peak = Number(/(?:^|,)BANDWIDTH=(\d+)/.exec(line)?.[1] ?? 0);
    checkBandwidth(`${path}: ${variant.name}`, peak, bitsPerSecond(variant) + loudest);
    const average = Number(/AVERAGE-BANDWIDTH=(\d+)/.exec(line)?.[1] ?? 0);
    if (average > peak)
      throw failed("bandwidth", `${path}: ${variant.name} promises ${peak} and ${average} on average`);
  }
}

function checkManifest(path: string, text: string, found: readonly FoundRendition[]): void {
  for (const rendition of found) {
    const id = rendition.name.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
    const line = text.split("\n").find((one) => one.includes(`<Representation id="${id}"`));
    if (line === undefined) throw failed("playlists", `${path} does not have ${rendition.name}`);
    const where = `${path}: ${rendition.name}`;
    checkCodecs(where, / codecs="([^"]*)"/.exec(line)?.[1] ?? "", [rendition]);
    checkBandwidth(where, Number(/ bandwidth="(\d+)"/.exec(line)?.[1] ?? 0), bitsPerSecond(rendition));
  }
}

function checkCodecs(where: string, promised: string, found: readonly FoundRendition[]): void {
  const strings = promised.split(",");
  for (const codec of found.flatMap(({ codecs }) => codecs)) {
    const wanted = CODEC_STRINGS[codec];
    if (wanted === undefined || strings.some((one) => wanted.test(one))) continue;
    throw failed("codecs", `${where} is ${codec}, and promises ${promised === "" ? "none" : promised}`);
  }
}

function checkBandwidth(where: string, promised: number, needed: number): void {
  if (promised >= Math.floor(needed)) return;
  throw failed("bandwidth", `${where} promises ${promised} bit/s, and has ${Math.ceil(needed)} on average`);
}

const bitsPerSecond = ({ sizeBytes, durationSeconds }: FoundRendition) =>
  (sizeBytes * 8) / Math.max(durationSeconds, ROUNDING_SECONDS);

const decodeUri = (uri: string) => uri.trim().split("/").map(decodeURIComponent).join("/");

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { checkDash } from "./check-dash.ts";
import { checkHls } from "./check-hls.ts";
import { checkWebp } from "./check-webp.ts";
import { expectedResult, type Expected } from "./expected.ts";
import { Problems } from "./problems.ts";
import { decodeAll, hdrMetadataOf, likeness, readMp4, thumbnail, toneOf, type Probed } from "./read-media.ts";
import type { MatrixSource } from "./sources.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";

/** A published result: its folder, the file that leads to the others, and all of them, relative to the folder. */
export type Result = { dir: string; primary: string; files: readonly string[] };

/** Of the same first frame, however it was scaled, deinterlaced or tone-mapped; turned by 90° it is below 0.3. */
export const LEAST_LIKENESS = 0.9;

/**
 * What is wrong with a result, seen by ffprobe, m3u8-parser, mpd-parser and mp4box; empty when all is as expected.
 * Every frame of every rendition is decoded, the first picture is compared with the source's, and the tone is measured.
 */
export async function checkResult(
  result: Result,
  spec: EncodeSpec,
  source: MatrixSource,
  sourcePath: string,
): Promise<string[]> {
  const expected = expectedResult(source, spec);
  const problems = new Problems();
  const ways = waysIn(result, spec);
  for (const way of ways) {
    const path = join(result.dir, way);
    if (way.endsWith(".m3u8")) await checkHls(result, way, expected, problems);
    else if (way.endsWith(".mpd")) await checkDash(result, way, expected, problems);
    else if (way.endsWith(".webp")) {
      await checkWebp(path, expected, sourcePath, problems);
      continue;
    } else await checkFile(path, spec, expected, problems);
    await checkContent(path, expected, sourcePath, problems);
  }
  return problems.list;
}

/** The files that a player may begin with: CMAF has a playlist and a manifest. */
export const waysIn = ({ primary, files }: Result, { container }: EncodeSpec): string[] => [
  primary,
  ...(container === "cmaf" ? files.filter((file) => file.endsWith(".mpd")) : []),
];

const CONTAINED_IN_MP4: readonly EncodeSpec["container"][] = ["mp4", "fmp4", "m4a"];

async function checkFile(
  path: string,
  spec: EncodeSpec,
  expected: Expected,
  problems: Problems,
): Promise<void> {
  const probed = await decodeAll(path);
  checkStreams(probed, expected, problems);
  const starts = probed.streams.map((stream) => Number(stream.start_time ?? 0));
  problems.near("streams start apart", Math.max(...starts) - Math.min(...starts), 0, 0.1);
  const { container } = spec;
  const tag = probed.streams.find(({ codec_type }) => codec_type === "video")?.codec_tag_string;
  if (container === "mp4" && expected.video?.codec === "hevc") problems.equal("tag", tag, "hvc1");
  if (container === "mp4" && expected.video?.codec === "h264") problems.equal("tag", tag, "avc1");
  if (!CONTAINED_IN_MP4.includes(container)) return;
  const { isProgressive, tracks } = readMp4([await readFile(path)]);
  problems.equal("mp4box: index first", isProgressive, true);
  problems.equal("mp4box: tracks", tracks.length, (expected.video ? 1 : 0) + expected.audio.length);
  for (const track of tracks) {
    problems.equal("mp4box: in order", track.isInOrder, true);
    problems.equal("mp4box: keyframe first", track.startsWithKeyframe, true);
    problems.near("mp4box: seconds", track.seconds, expected.seconds, 0.15);
  }
  if (expected.video) {
    problems.matches("mp4box: codec", tracks[0]?.codec ?? "", CODEC_STRINGS[expected.video.codec]);
    problems.near(
      "mp4box: frames",
      tracks[0]?.samples,
      expected.video.frames,
      expected.video.isRough ? 2 : 0,
    );
  }
}

/** RFC 6381. */
export const CODEC_STRINGS: Record<string, RegExp> = {
  h264: /^avc1\.(42|4d|64)[0-9a-f]{4}$/i,
  hevc: /^hvc1\.[12]\.[0-9A-F]+\.[LH]\d+(\.[0-9A-F]{1,2})*$/,
  vp9: /^vp09\.0[02]\.\d\d\.(08|10)/,
  av1: /^av01\.0\.\d\d[MH]\.(08|10)/,
  aac: /^mp4a\.40\.2$/,
  opus: /^opus$/,
};

/** An initialisation segment and its media segments, as mp4box reads them; returns their codec string. */
export function checkSegments(
  parts: readonly Buffer[],
  expected: Expected,
  video: Expected["video"],
  problems: Problems,
): string | undefined {
  const { tracks } = readMp4(parts);
  problems.equal("mp4box: tracks", tracks.length, 1);
  for (const track of tracks) {
    problems.equal("mp4box: keyframe first", track.startsWithKeyframe, true);
    problems.equal("mp4box: in order", track.isInOrder, true);
    problems.near("mp4box: start", track.startSeconds, 0, 0.03);
    problems.near("mp4box: seconds", track.seconds, expected.seconds, 0.15);
    if (video) problems.near("mp4box: frames", track.samples, video.frames, video.isRough ? 2 : 0);
  }
  return tracks[0]?.codec;
}

/** All streams of a file, or of a manifest whose rungs are its video streams. */
export function checkStreams(probed: Probed, expected: Expected, problems: Problems): void {
  const of = (kind: string) => probed.streams.filter(({ codec_type }) => codec_type === kind);
  const [video, audio] = [of("video"), of("audio")];
  problems.equal("said while decoding", probed.complaints, []);
  problems.near("seconds", probed.duration, expected.seconds, 0.15);
  problems.equal("subtitles", of("subtitle").length, expected.subtitles);
  problems.equal("other streams", of("data").length + of("attachment").length, 0);
  const wanted = expected.video;
  problems.equal(
    "sizes",
    video.map(({ width, height }) => `${width}x${height}`),
    wanted?.sizes ?? [],
  );
  for (const stream of wanted ? video : []) checkPicture(stream, wanted, problems);
  problems.equal(
    "channels",
    audio.map(({ channels }) => channels),
    expected.audio.map(({ channels }) => channels),
  );
  audio.forEach((stream, index) => {
    const sound = expected.audio[index];
    if (sound && sound.codec !== "any") problems.equal("sound", stream.codec_name, sound.codec);
    problems.equal("sound decodes", Number(stream.nb_read_frames) > 0, true);
    if (sound?.language !== undefined && stream.tags?.["language"] !== undefined)
      problems.equal("language", stream.tags["language"], sound.language);
  });
}

function checkPicture(
  stream: Probed["streams"][number],
  wanted: Expected["video"],
  problems: Problems,
): void {
  if (wanted === null) return;
  problems.equal("codec", stream.codec_name, wanted.codec);
  problems.near("frames", Number(stream.nb_read_frames), wanted.frames, wanted.isRough ? 2 : 0);
  problems.equal("transfer", wanted.transfer && stream.color_transfer, wanted.transfer);
  if (wanted.transfer === null) problems.equal("HDR", stream.color_transfer === "smpte2084", false);
  if (wanted.isCopy) return;
  if (wanted.pixels !== null) problems.equal("pixels", stream.pix_fmt, wanted.pixels);
  problems.matches("aspect", stream.sample_aspect_ratio ?? "1:1", /^(1:1|0:1|N\/A)$/);
  problems.matches("fields", stream.field_order ?? "progressive", /^(progressive|unknown)$/);
  problems.equal(
    "turned",
    stream.side_data_list?.some(({ rotation }) => rotation !== undefined),
    undefined,
  );
}

async function checkContent(
  path: string,
  expected: Expected,
  sourcePath: string,
  problems: Problems,
): Promise<void> {
  if (expected.video?.holdsHdrMetadata === true)
    problems.equal("HDR metadata", await hdrMetadataOf(path), ["mastering display", "light 1000,400"]);
  if (expected.video) {
    const [wanted, found] = await Promise.all([thumbnail(sourcePath), thumbnail(path)]);
    const alike = likeness(wanted, found);
    problems.equal(`first picture is the source's (${alike.toFixed(2)})`, alike > LEAST_LIKENESS, true);
  }
  for (const [index, { hertz }] of expected.audio.entries())
    problems.near("tone in Hz", await toneOf(path, index), hertz, hertz * 0.03);
}

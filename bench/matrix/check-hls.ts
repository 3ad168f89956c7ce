import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Parser } from "m3u8-parser";

import { CODEC_STRINGS, checkSegments, checkStreams, type Result } from "./check-result.ts";
import type { Expected } from "./expected.ts";
import type { Problems } from "./problems.ts";
import { decodeAll } from "./read-media.ts";

/** The master playlist `way` and everything behind it. */
export async function checkHls(
  { dir }: Result,
  way: string,
  expected: Expected,
  problems: Problems,
): Promise<void> {
  const master = parse(join(dir, way));
  const { video } = expected;
  const rungs = master.playlists;
  if (video)
    problems.equal(
      "HLS: sizes",
      rungs.map(({ attributes: { RESOLUTION } }) => `${RESOLUTION.width}x${RESOLUTION.height}`),
      video.sizes,
    );
  else problems.equal("HLS: rates of the sound", rungs.length, expected.soundRates);
  const sounds = Object.values(master.mediaGroups.AUDIO["audio"] ?? {});
  const isMuxed = sounds.length === 0;
  if (!isMuxed) {
    problems.equal("HLS: sounds", sounds.length, expected.audio.length);
    const languages = expected.audio.map(({ language }) => language);
    problems.equal(
      "HLS: languages",
      sounds.map(({ language }) => language),
      languages,
    );
    problems.equal("HLS: a default sound", sounds.filter((sound) => sound.default).length, 1);
  }
  for (const [index, rung] of rungs.entries()) {
    const { attributes } = rung;
    const codecs = String(attributes.CODECS).split(",");
    const [picture = "", sound] = video ? [codecs[0], codecs.slice(1)] : [codecs[0], codecs];
    if (video) problems.matches("HLS: CODECS", picture, CODEC_STRINGS[video.codec]);
    problems.equal("HLS: CODECS of the sound", sound.length, Math.min(1, expected.audio.length));
    for (const one of sound)
      problems.matches("HLS: CODECS", one, CODEC_STRINGS[expected.audio[0]?.codec ?? ""]);
    problems.equal(
      "HLS: BANDWIDTH at least the average",
      Number(attributes.BANDWIDTH) >= Number(attributes["AVERAGE-BANDWIDTH"]),
      true,
    );
    const path = join(dir, decodeURIComponent(rung.uri));
    const wanted: Expected = {
      ...expected,
      video: video && { ...video, sizes: video.sizes.slice(index, index + 1) },
      audio: isMuxed ? expected.audio : [],
      subtitles: 0,
    };
    const peak = checkMedia(path, picture, wanted, problems);
    problems.equal(
      "HLS: BANDWIDTH at least the peak",
      Number(attributes.BANDWIDTH) >= Math.floor(peak),
      true,
    );
    checkStreams(programOf(await decodeAll(path)), wanted, problems);
  }
  for (const { uri } of sounds) {
    const path = join(dir, decodeURIComponent(uri));
    const wanted: Expected = { ...expected, video: null, subtitles: 0 };
    checkMedia(path, null, wanted, problems);
    checkStreams(await decodeAll(path), wanted, problems);
  }
}

/** ffmpeg's HLS reader calls a transport stream's tables a data stream of their own; they are none. */
const programOf = (probed: Awaited<ReturnType<typeof decodeAll>>) => ({
  ...probed,
  streams: probed.streams.filter(({ codec_name }) => codec_name !== "timed_id3"),
});

/** One media playlist; returns the rate of its busiest segment in bits per second. */
function checkMedia(path: string, codec: string | null, expected: Expected, problems: Problems): number {
  const media = parse(path);
  problems.equal("HLS: has an end", media.endList, true);
  problems.equal("HLS: type", media.playlistType, "VOD");
  const fileOf = (uri: string) => join(dirname(path), decodeURIComponent(uri));
  const maps = new Set(media.segments.flatMap(({ map }) => (map ? [map.uri] : [])));
  const files = [...maps, ...media.segments.map(({ uri }) => uri)].map(fileOf);
  const missing = files.filter((file) => !existsSync(file));
  problems.equal("HLS: files that are missing", missing, []);
  if (missing.length > 0) return 0;
  const late = media.segments.filter(({ duration }) => Math.round(duration) > (media.targetDuration ?? 0));
  problems.equal("HLS: segments above the target duration", late.length, 0);
  const seconds = media.segments.reduce((sum, segment) => sum + segment.duration, 0);
  problems.near("HLS: seconds", seconds, expected.seconds, 0.15);
  if (maps.size > 0) {
    const parts = files.map((file) => readFileSync(file));
    const read = checkSegments(parts, expected, expected.video, problems);
    if (codec !== null) problems.equal("HLS: CODECS as mp4box reads it", codec, read);
  }
  const rates = media.segments
    .filter(({ duration }) => duration > 0.5)
    .map(({ uri, duration }) => (statSync(fileOf(uri)).size * 8) / duration);
  return Math.max(0, ...rates);
}

function parse(path: string) {
  const parser = new Parser();
  parser.push(readFileSync(path, "utf8"));
  parser.end();
  return parser.manifest;
}

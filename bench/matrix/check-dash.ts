import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, type DashPlaylist } from "mpd-parser";

import { CODEC_STRINGS, checkSegments, checkStreams, type Result } from "./check-result.ts";
import type { Expected } from "./expected.ts";
import type { Problems } from "./problems.ts";
import { decodeAll } from "./read-media.ts";

/** The manifest `way` and everything behind it. */
export async function checkDash(
  { dir }: Result,
  way: string,
  expected: Expected,
  problems: Problems,
): Promise<void> {
  const path = join(dir, way);
  const text = readFileSync(path, "utf8");
  problems.equal("DASH: times of the wall clock", /availabilityStartTime|publishTime/.test(text), false);
  const manifest = parse(text, { manifestUri: "http://host/manifest.mpd" });
  problems.near("DASH: seconds", manifest.duration, expected.seconds, 0.15);
  const { video } = expected;
  problems.equal(
    "DASH: sizes",
    manifest.playlists.map(({ attributes: { RESOLUTION } }) => `${RESOLUTION?.width}x${RESOLUTION?.height}`),
    video?.sizes,
  );
  for (const playlist of manifest.playlists) {
    problems.matches("DASH: codecs", playlist.attributes.CODECS ?? "", CODEC_STRINGS[video?.codec ?? ""]);
    checkRepresentation(playlist, dirname(path), expected, problems, video);
  }
  const sounds = Object.values(manifest.mediaGroups.AUDIO["audio"] ?? {});
  problems.equal("DASH: sounds", sounds.length, expected.audio.length);
  for (const [index, sound] of sounds.entries()) {
    const wanted = expected.audio[index];
    if (wanted?.language !== undefined) problems.equal("DASH: lang", sound.language, wanted.language);
    for (const playlist of sound.playlists) {
      problems.matches("DASH: codecs", playlist.attributes.CODECS ?? "", CODEC_STRINGS[wanted?.codec ?? ""]);
      checkRepresentation(playlist, dirname(path), expected, problems, null);
    }
  }
  checkStreams(await decodeAll(path), expected, problems);
}

function checkRepresentation(
  { attributes, segments }: DashPlaylist,
  folder: string,
  expected: Expected,
  problems: Problems,
  video: Expected["video"],
): void {
  const fileOf = (uri: string) => join(folder, decodeURIComponent(new URL(uri).pathname));
  const init = segments[0]?.map.resolvedUri;
  const files = [
    ...(init === undefined ? [] : [init]),
    ...segments.map(({ resolvedUri }) => resolvedUri),
  ].map(fileOf);
  const missing = files.filter((file) => !existsSync(file));
  problems.equal("DASH: files that are missing", missing, []);
  if (missing.length > 0) return;
  const seconds = segments.reduce((sum, segment) => sum + segment.duration, 0);
  problems.near("DASH: seconds of the segments", seconds, expected.seconds, 0.15);
  const read = checkSegments(
    files.map((file) => readFileSync(file)),
    expected,
    video,
    problems,
  );
  problems.equal("DASH: codecs as mp4box reads it", attributes.CODECS, read);
}

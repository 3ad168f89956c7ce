import { describe, expect, test } from "vitest";

import { FailureError } from "#lib/errors.ts";
import { checkPlaylist, type FoundRendition } from "#lib/media/verify-playlists.ts";

const VIDEO: FoundRendition = {
  name: "720p",
  folder: "show.x/720p",
  kind: "video",
  codecs: ["h264"],
  segmentCount: 2,
  durationSeconds: 10,
  sizeBytes: 1_250_000,
};
const AUDIO: FoundRendition = {
  ...VIDEO,
  name: "audio",
  folder: "show.x/audio",
  kind: "audio",
  codecs: ["aac"],
  sizeBytes: 125_000,
};

const master = ({ bandwidth = 1_200_000, average = 1_100_000, codecs = "avc1.64001f,mp4a.40.2" } = {}) =>
  `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},AVERAGE-BANDWIDTH=${average},CODECS="${codecs}"\nshow.x/720p/playlist.m3u8\n`;
const media = (lengths: number[], target = 6) =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:${target}\n${lengths.map((length) => `#EXTINF:${length},\n1.m4s\n`).join("")}#EXT-X-ENDLIST\n`;
const mpd = ({ bandwidth = 1_200_000, codecs = "avc1.64001f" } = {}) =>
  `<Representation id="720p" codecs="${codecs}" bandwidth="${bandwidth}">\n<Representation id="audio" codecs="mp4a.40.2" bandwidth="128000">\n`;

function checkOf(path: string, text: string, found = [VIDEO, AUDIO]): unknown {
  try {
    checkPlaylist(path, text, found);
    return null;
  } catch (error) {
    if (error instanceof FailureError) return error.failure.params["check"];
    throw error;
  }
}

describe("a master playlist", () => {
  test("that is true passes", () => expect(checkOf("show.m3u8", master())).toBeNull());

  // What ffmpeg's own master playlist says of a picture by quality: the sound's rate alone.
  test("that names the sound's bandwidth alone does not", () =>
    expect(checkOf("show.m3u8", master({ bandwidth: 140_800, average: 140_800 }))).toBe("bandwidth"));

  test("whose average is above its peak does not", () =>
    expect(checkOf("show.m3u8", master({ average: 1_300_000 }))).toBe("bandwidth"));

  test.each(["avc1.64001f", "hvc1.1.6.L90.90,mp4a.40.2", ""])("that promises %o does not", (codecs) =>
    expect(checkOf("show.m3u8", master({ codecs }))).toBe("codecs"),
  );

  test("with a variant that was not encoded does not", () =>
    expect(checkOf("show.m3u8", master().replace("720p", "1080p"))).toBe("playlists"));
});

describe("a media playlist", () => {
  test("that is true passes", () => expect(checkOf("show.x/720p/playlist.m3u8", media([6, 4]))).toBeNull());

  test.each([
    ["a segment above its target", media([6.6, 3.4])],
    ["one segment too few", media([6])],
    ["other lengths", media([6, 3.5])],
  ])("with %s does not", (_, text) =>
    expect(checkOf("show.x/720p/playlist.m3u8", text)).toBe("segment durations"),
  );
});

describe("a DASH manifest", () => {
  test("that is true passes", () => expect(checkOf("show.mpd", mpd())).toBeNull());

  test("with codecs that players refuse does not", () =>
    expect(checkOf("show.mpd", mpd({ codecs: "hvc1" }), [{ ...VIDEO, codecs: ["hevc"] }])).toBe("codecs"));

  test("with too little bandwidth does not", () =>
    expect(checkOf("show.mpd", mpd({ bandwidth: 900_000 }))).toBe("bandwidth"));

  test("without a rendition does not", () =>
    expect(checkOf("show.mpd", mpd(), [VIDEO, { ...AUDIO, name: "audio-2" }])).toBe("playlists"));
});

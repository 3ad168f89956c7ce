import { describe, expect, it } from "vitest";
import type { MeasuredRendition } from "#lib/media/measure-rendition.ts";
import { referencedPaths } from "#lib/media/referenced-paths.ts";
import { writeDashManifest } from "#lib/media/write-dash-manifest.ts";
import { writeHlsKeyframes, writeHlsMaster, writeHlsMedia } from "#lib/media/write-hls-playlists.ts";

const FOLDER = "a name $1 & ü.x7";

function rendition(kind: "video" | "audio", name: string, bandwidth: number): MeasuredRendition {
  const folder = `${FOLDER}/${name}`;
  const segment = (number: number, start: number, duration: number) => ({
    path: `${folder}/0000${number}.m4s`,
    sizeBytes: 1000,
    durationSeconds: duration / 1000,
    start,
    duration,
    samples: 48,
    startsWithKeyframe: true,
    offset: 0,
    keyframeBytes: kind === "video" ? 400 : null,
  });
  const base = {
    muxedAudio: null,
    folder,
    init: `${folder}/init.mp4`,
    initBytes: 700,
    timescale: 1000,
    sizeBytes: 3000,
  };
  const measured = {
    segments: [segment(1, 0, 2002), segment(2, 2002, 2002), segment(3, 4004, 500)],
    durationSeconds: 4.504,
    peakBandwidth: bandwidth,
    averageBandwidth: bandwidth - 100,
  };
  if (kind === "audio") {
    return {
      ...base,
      ...measured,
      codecs: ["mp4a.40.2"],
      frameRate: null,
      plan: {
        kind,
        name,
        codec: "aac",
        encoder: "aac",
        sourceIndex: 1,
        kbps: 128,
        channels: 2,
        layout: "stereo",
        sampleRate: 48000,
        language: "eng",
        isDefault: true,
        isCopy: false,
        picks: [],
        loudness: null,
        fades: [],
      },
    };
  }
  return {
    ...base,
    ...measured,
    codecs: ["avc1.64001f"],
    frameRate: 23.976,
    plan: {
      kind,
      name,
      codec: "h264",
      encoder: "libx264",
      width: 1280,
      height: 720,
      filters: [],
      toSdr: false,
      matrix: "bt709",
      tags: [],
      hdr: null,
      texts: [],
      images: [],
      burnIndex: null,
      fades: [],
      sharpen: [],
      isCopy: false,
      sourceIndex: 0,
      pixelFormat: "yuv420p",
      frameRate: 23.976,
      rateControl: { mode: "crf", crf: 23 },
      preset: "veryfast",
      tune: undefined,
      profile: undefined,
      level: undefined,
      gopSeconds: 2,
      isSentInOrder: false,
    },
  };
}

const LOW = rendition("video", "360p", 900);
const HIGH = rendition("video", "720p", 3000);
const SOUND = rendition("audio", "audio", 130);

describe("the HLS master playlist", () => {
  it("adds the sound to every rung's rates, best rung first", () => {
    expect(writeHlsMaster([LOW, HIGH, SOUND]).split("\n")).toEqual([
      "#EXTM3U",
      "#EXT-X-VERSION:7",
      "#EXT-X-INDEPENDENT-SEGMENTS",
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",LANGUAGE="eng",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="a%20name%20%241%20%26%20%C3%BC.x7/audio/playlist.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=3130,AVERAGE-BANDWIDTH=2930,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=23.976,AUDIO="audio"',
      "a%20name%20%241%20%26%20%C3%BC.x7/720p/playlist.m3u8",
      '#EXT-X-STREAM-INF:BANDWIDTH=1030,AVERAGE-BANDWIDTH=830,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=23.976,AUDIO="audio"',
      "a%20name%20%241%20%26%20%C3%BC.x7/360p/playlist.m3u8",
      '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=6400,CODECS="avc1.64001f",RESOLUTION=1280x720,URI="a%20name%20%241%20%26%20%C3%BC.x7/360p/keyframes.m3u8"',
      '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=6400,CODECS="avc1.64001f",RESOLUTION=1280x720,URI="a%20name%20%241%20%26%20%C3%BC.x7/720p/keyframes.m3u8"',
      "",
    ]);
  });

  it("lists the keyframes by their bytes, and segments that are one file by theirs", () => {
    expect(writeHlsKeyframes(HIGH).split("\n")).toEqual([
      "#EXTM3U",
      "#EXT-X-VERSION:7",
      "#EXT-X-TARGETDURATION:3",
      "#EXT-X-MEDIA-SEQUENCE:0",
      "#EXT-X-PLAYLIST-TYPE:VOD",
      "#EXT-X-I-FRAMES-ONLY",
      '#EXT-X-MAP:URI="init.mp4"',
      ...[2.002, 2.002, 0.5].flatMap((seconds, index) => [
        `#EXTINF:${seconds.toFixed(6)},`,
        "#EXT-X-BYTERANGE:400@0",
        `0000${index + 1}.m4s`,
      ]),
      "#EXT-X-ENDLIST",
      "",
    ]);
    const path = `${HIGH.folder}/media.mp4`;
    const segments = HIGH.segments.map((segment, index) => ({
      ...segment,
      path,
      offset: 700 + 1000 * index,
    }));
    const lines = writeHlsMedia({ ...HIGH, init: path, segments }).split("\n");
    expect(lines).toContain('#EXT-X-MAP:URI="media.mp4",BYTERANGE="700@0"');
    expect(lines.filter((line) => line.startsWith("#EXT-X-BYTERANGE"))).toEqual([
      "#EXT-X-BYTERANGE:1000@700",
      "#EXT-X-BYTERANGE:1000@1700",
      "#EXT-X-BYTERANGE:1000@2700",
    ]);
  });

  it("leads to the media playlists, whatever the folder is called", () => {
    expect(referencedPaths("master.m3u8", writeHlsMaster([HIGH, SOUND]))).toEqual([
      `${FOLDER}/audio/playlist.m3u8`,
      `${FOLDER}/720p/playlist.m3u8`,
      `${FOLDER}/720p/keyframes.m3u8`,
    ]);
  });
});

describe("an HLS media playlist", () => {
  it("is whole, ends, and keeps every segment within its target", () => {
    expect(writeHlsMedia(HIGH)).toBe(
      [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-TARGETDURATION:3",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MAP:URI="init.mp4"',
        "#EXTINF:2.002000,",
        "00001.m4s",
        "#EXTINF:2.002000,",
        "00002.m4s",
        "#EXTINF:0.500000,",
        "00003.m4s",
        "#EXT-X-ENDLIST",
        "",
      ].join("\n"),
    );
    expect(referencedPaths(`${FOLDER}/720p/playlist.m3u8`, writeHlsMedia(HIGH))).toEqual([
      `${FOLDER}/720p/init.mp4`,
      `${FOLDER}/720p/00001.m4s`,
      `${FOLDER}/720p/00002.m4s`,
      `${FOLDER}/720p/00003.m4s`,
    ]);
  });
});

describe("the DASH manifest", () => {
  const text = writeDashManifest([LOW, HIGH, SOUND]);

  it("is static, has no clock, and gives rates as DASH allows them", () => {
    expect(text).toContain('type="static" mediaPresentationDuration="PT4.504S"');
    expect(text).toContain(
      'codecs="avc1.64001f" bandwidth="3000" width="1280" height="720" sar="1:1" frameRate="24000/1001"',
    );
    expect(text).toContain('<S t="0" d="2002" r="1"/>\n            <S t="4004" d="500"/>');
    expect(text).not.toMatch(/publishTime|availability/);
  });

  it("leads to every segment", () => {
    const paths = referencedPaths("x.mpd", text);
    expect(paths).toContain(`${FOLDER}/720p/init.mp4`);
    expect(paths).toContain(`${FOLDER}/audio/00003.m4s`);
    expect(paths).toHaveLength(12);
  });
});

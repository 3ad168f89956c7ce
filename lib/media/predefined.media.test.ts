import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Parser } from "m3u8-parser";
import { parse as parseMpd } from "mpd-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Clips, predefined, produce, produceAll, type Produced } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
let results: Map<string, Produced>;

beforeAll(async () => {
  // Large enough for two rungs, and all five templates from one decode.
  const source = clips.plain("source.mp4", { size: "1280x720", seconds: 5, fps: 24 });
  const names = [
    "System_MP4_H264",
    "System_HLS_H264",
    "System_DASH_MP4_H264",
    "System_MP4_H265",
    "System_Audio_AAC",
  ];
  const all = await produceAll(
    source,
    Object.fromEntries(names.map((name) => [name, predefined(name)])),
    clips.path("work"),
  );
  results = new Map(all.map((result) => [result.plan.key, result]));
});
afterAll(() => clips.remove());

function result(name: string): Produced {
  const found = results.get(name);
  if (!found) throw new Error(`no result of ${name}`);
  return found;
}

function probe(path: string) {
  const text = execFileSync("ffprobe", [
    "-v",
    "error",
    "-of",
    "json",
    "-show_format",
    "-show_streams",
    `file:${path}`,
  ]);
  return JSON.parse(text.toString()) as {
    format: { duration: string };
    streams: {
      codec_name: string;
      codec_tag_string: string;
      width?: number;
      height?: number;
      sample_aspect_ratio?: string;
    }[];
  };
}

function parseM3u8(text: string) {
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return parser.manifest;
}

describe("the predefined templates", () => {
  it("make all five results from a single ffmpeg command", () => {
    const commands = new Set([...results.values()].map(({ log }) => log[0]));
    expect(commands.size).toBe(1);
  });

  it("System_MP4_H264 gives one MP4 that can start before it has loaded", () => {
    const { dir, packaged } = result("System_MP4_H264");
    expect(packaged.files).toEqual([{ path: "result.mp4", type: "video/mp4" }]);
    const { streams, format } = probe(join(dir, "result.mp4"));
    expect(streams.map((stream) => stream.codec_name)).toEqual(["h264", "aac"]);
    expect(streams[0]).toMatchObject({ width: 1280, height: 720, sample_aspect_ratio: "1:1" });
    expect(Number(format.duration)).toBeCloseTo(5, 1);
    const bytes = readFileSync(join(dir, "result.mp4"));
    expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
  });

  it("System_MP4_H265 is tagged hvc1, without which Apple's players refuse it", () => {
    const { dir } = result("System_MP4_H265");
    expect(probe(join(dir, "result.mp4")).streams[0]).toMatchObject({
      codec_name: "hevc",
      codec_tag_string: "hvc1",
    });
  });

  it("System_Audio_AAC gives sound alone", () => {
    const { dir } = result("System_Audio_AAC");
    expect(probe(join(dir, "result.m4a")).streams.map((stream) => stream.codec_name)).toEqual(["aac"]);
  });

  it("System_HLS_H264 gives a ladder that an independent parser accepts, with measured rates", () => {
    const { dir, plan, verified } = result("System_HLS_H264");
    expect(verified.renditions.map(({ name }) => name)).toEqual(["720p", "480p", "360p", "audio"]);
    expect(plan.warnings).toContainEqual({
      code: "rung_skipped",
      params: { rung: "1080p", source: "1280x720" },
    });
    const master = parseM3u8(readFileSync(join(dir, "result.m3u8"), "utf8"));
    const audio = Object.values(master.mediaGroups.AUDIO["audio"] ?? {})[0];
    const sizes = master.playlists.map(({ attributes }) => attributes.RESOLUTION);
    expect(sizes).toEqual([
      { width: 1280, height: 720 },
      { width: 854, height: 480 },
      { width: 640, height: 360 },
    ]);
    for (const playlist of master.playlists) {
      expect(playlist.attributes.CODECS).toMatch(/^avc1\.[0-9a-f]{6},mp4a\.40\.2$/);
      expect(playlist.attributes["FRAME-RATE"]).toBeCloseTo(24, 2);
      expect(playlist.attributes.BANDWIDTH).toBeGreaterThanOrEqual(
        Number(playlist.attributes["AVERAGE-BANDWIDTH"]),
      );
    }
    for (const uri of [...master.playlists.map((playlist) => playlist.uri), audio?.uri ?? ""]) {
      const text = readFileSync(join(dir, decodeURIComponent(uri)), "utf8");
      expect(text).not.toContain("PROGRAM-DATE-TIME");
      const media = parseM3u8(text);
      expect(media.endList).toBe(true);
      expect(media.playlistType).toBe("VOD");
      for (const segment of media.segments) {
        expect(Math.round(segment.duration)).toBeLessThanOrEqual(media.targetDuration ?? 0);
        expect(existsSync(join(dir, decodeURIComponent(uri), "..", segment.uri))).toBe(true);
      }
    }
  });

  it("System_DASH_MP4_H264 gives a static manifest whose every segment exists", () => {
    const { dir } = result("System_DASH_MP4_H264");
    const text = readFileSync(join(dir, "result.mpd"), "utf8");
    expect(text).not.toMatch(/availabilityStartTime|publishTime/);
    const manifest = parseMpd(text, { manifestUri: "http://host/result.mpd" });
    expect(manifest.duration).toBeCloseTo(5, 0);
    expect(manifest.playlists).toHaveLength(3);
    for (const playlist of manifest.playlists) {
      expect(playlist.attributes.CODECS).toMatch(/^avc1\.[0-9a-f]{6}$/);
      expect(playlist.segments).toHaveLength(3);
      for (const segment of playlist.segments) {
        expect(existsSync(join(dir, decodeURIComponent(new URL(segment.resolvedUri).pathname)))).toBe(true);
      }
    }
  });

  it("the rungs of a package decode to the same number of frames as the source", () => {
    const { dir, packaged } = result("System_DASH_MP4_H264");
    for (const rendition of packaged.renditions.filter(({ plan }) => plan.kind === "video")) {
      expect(rendition.segments.reduce((sum, segment) => sum + segment.samples, 0)).toBe(120);
    }
    expect(existsSync(join(dir, "..", "check"))).toBe(false);
  });
});

describe("HLS in transport streams", () => {
  it("carries the sound in every rung and starts segments on keyframes", async () => {
    const source = clips.plain("ts-source.mp4", { size: "854x480", seconds: 4 });
    const spec = predefined("System_HLS_H264");
    spec.segments = { seconds: 2, format: "ts", byteRange: false };
    const { dir, packaged, verified } = await produce(source, spec, clips.path("work-ts"));
    expect(packaged.files.filter(({ type }) => type === "video/mp2t")).toHaveLength(4);
    expect(verified.primary.audio[0]?.codec).toBe("aac");
    const master = parseM3u8(readFileSync(join(dir, "result.m3u8"), "utf8"));
    expect(master.playlists.map(({ attributes }) => attributes.RESOLUTION)).toEqual([
      { width: 854, height: 480 },
      { width: 640, height: 360 },
    ]);
  });
});

describe("other containers", () => {
  it.each([
    ["webm", "vp9", "opus"],
    ["mkv", "h264", "aac"],
    ["mov", "h264", "aac"],
  ] as const)("%s with %s and %s", async (container, videoCodec, audioCodec) => {
    const source = clips.plain(`for-${container}.mp4`, { size: "320x180", seconds: 2 });
    const spec = predefined("System_MP4_H264");
    spec.container = container;
    if (spec.video) spec.video.codec = videoCodec;
    if (spec.video?.renditions[0]) spec.video.renditions[0].profile = undefined;
    if (spec.audio) spec.audio.codec = audioCodec;
    const { verified } = await produce(source, spec, clips.path(`work-${container}`));
    expect(verified.primary.video[0]).toMatchObject({ codec: videoCodec, width: 320, height: 180 });
    expect(verified.primary.audio[0]?.codec).toBe(audioCodec);
  });

  it("mp3", async () => {
    const source = clips.plain("for-mp3.mp4", { size: "320x180", seconds: 2 });
    const spec = { ...predefined("System_Audio_AAC"), container: "mp3" as const };
    if (spec.audio) spec.audio = { ...spec.audio, codec: "mp3", kbps: 192 };
    const { verified } = await produce(source, spec, clips.path("work-mp3"));
    expect(verified.primary.audio[0]).toMatchObject({ codec: "mp3", channels: 2 });
  });
});

describe("a clip", () => {
  it("is cut at the asked times, and a different clip gets a process of its own", async () => {
    const source = clips.plain("to-cut.mp4", { size: "320x180", seconds: 6 });
    const cut = (startSeconds: number, endSeconds?: number) => ({
      ...predefined("System_MP4_H264"),
      clip: { startSeconds, endSeconds },
    });
    const made = await produceAll(source, { middle: cut(1.5, 4), tail: cut(4.5) }, clips.path("work-cut"));
    expect(made.map(({ verified }) => Math.round((verified.primary.durationSeconds ?? 0) * 10) / 10)).toEqual(
      [2.5, 1.5],
    );
    expect(made[0]?.log[0]).not.toEqual(made[1]?.log[0]);
  });

  it("of a preview is all of a shorter source, with a warning", async () => {
    const source = clips.plain("shorter.mp4", { size: "320x180", seconds: 1 });
    const specs = { gif: predefined("System_GIF_Preview"), webp: predefined("System_WebP_Preview") };
    for (const { plan, verified } of await produceAll(source, specs, clips.path("work-shorter"))) {
      expect({ [plan.key]: verified.primary.video[0]?.frameCount }).toEqual({ [plan.key]: 10 });
      expect(verified.primary.durationSeconds).toBeCloseTo(1, 1);
      expect(plan.warnings).toContainEqual({
        code: "clip_shortened",
        params: { seconds: "1.0 s", asked: "2.5 s" },
      });
    }
  });

  it("that ends after the source is refused before anything is encoded", async () => {
    const source = clips.plain("short.mp4", { size: "320x180", seconds: 2 });
    const spec = { ...predefined("System_MP4_H264"), clip: { startSeconds: 1, endSeconds: 9 } };
    await expect(produce(source, spec, clips.path("work-out"))).rejects.toMatchObject({
      failure: { code: "CLIP_OUT_OF_RANGE", params: { duration: "2.0 s", end: "9.0 s" } },
    });
  });
});

import { execFileSync } from "node:child_process";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Parser } from "m3u8-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AudioSpec, EncodeSpec, Rendition, VideoSpec } from "#lib/media/encode-spec.ts";
import {
  Clips,
  predefined,
  produce,
  produceAll,
  type Produced,
  realTools,
  X264,
} from "#lib/media/test-pipeline.ts";
import { verifyJob } from "#lib/media/verify-job.ts";

const clips = new Clips();
let source: string;
beforeAll(() => {
  source = clips.plain("source.mp4", { size: "320x180", seconds: 2 });
});
afterAll(() => clips.remove());

type Wanted = {
  container: EncodeSpec["container"];
  video?: Partial<VideoSpec> | null;
  rung?: Partial<Rendition>;
  audio?: Partial<AudioSpec> | null;
};

/** An MP4 template with the changes of a test; the rendition has no profile unless the test gives one. */
function spec({ container, video = {}, rung = {}, audio = {} }: Wanted): EncodeSpec {
  const made = predefined("System_MP4_H264");
  if (!made.video || !made.audio) throw new Error("the template has video and audio");
  const rendition: Rendition = { name: "only", rateControl: { mode: "crf", crf: 30 }, ...rung };
  return {
    ...made,
    container,
    video: video && { ...made.video, preset: "ultrafast", ...video, renditions: [rendition] },
    audio: audio && { ...made.audio, ...audio },
  };
}

describe("previews that move", () => {
  const preview = (kind: "gif" | "webp", changes: Partial<EncodeSpec> = {}): EncodeSpec => ({
    ...spec({
      container: kind,
      video: { codec: kind, frameRate: { mode: "cap", fps: 10 } },
      rung: { width: 160 },
      audio: null,
    }),
    ...changes,
  });

  it("are a GIF and a WebP of the clip, from one decode with its other jobs", async () => {
    const clip = { startSeconds: 0.5, endSeconds: 1.5 };
    const thumbnails = { count: 1, sprite: false };
    const made = await produceAll(
      source,
      {
        gif: preview("gif", { clip, thumbnails }),
        webp: preview("webp", { clip }),
        mp4: { ...spec({ container: "mp4" }), clip },
      },
      clips.path("previews"),
    );
    expect(new Set(made.map(({ log }) => log[0])).size).toBe(1);
    for (const { plan, verified } of made.slice(0, 2)) {
      const { durationSeconds, video, audio } = verified.primary;
      expect([plan.key, video[0]?.width, video[0]?.height, audio]).toEqual([plan.key, 160, 90, []]);
      expect([plan.key, video[0]?.frameCount]).toEqual([plan.key, 10]);
      expect(durationSeconds).toBeCloseTo(1, 1);
    }
    const [gif, webp] = made.map(({ dir, packaged }) => join(dir, packaged.primary));
    // The picture is there, in its colours: the same as the source's within what 256 of them can show.
    const said = execFileSync("sh", [
      "-c",
      `ffmpeg -nostats -i "${gif}" -ss 0.5 -t 1 -i "${source}" -filter_complex "[1:v]fps=10,scale=160:90,format=rgb24[a];[0:v]format=rgb24[b];[a][b]ssim" -f null - 2>&1 | grep "SSIM"`,
    ]).toString();
    expect(Number(/All:([\d.]+)/.exec(said)?.[1])).toBeGreaterThan(0.7);
    // Each frame of the WebP is a whole one here: taken out of the animation, ffmpeg reads it.
    const bytes = readFileSync(webp ?? "");
    expect(bytes.toString("latin1", 8, 16)).toBe("WEBPVP8X");
    expect(bytes.indexOf("ANMF", "latin1")).toBeGreaterThan(0);
    expect(made[0]?.packaged.files.map(({ type }) => type)).toContain("image/gif");
  });

  it("that are cut off fail the check, and too long ones are refused by their clip", async () => {
    const { dir, plan, packaged } = await produce(source, preview("webp"), clips.path("cut"));
    const { tools } = await realTools();
    truncateSync(join(dir, packaged.primary), 500);
    await expect(verifyJob(plan, packaged, { dir, tools })).rejects.toMatchObject({
      failure: { code: "OUTPUT_VERIFICATION_FAILED", params: { check: "opens", detail: "it is cut off" } },
    });
    const long = clips.make("long.mkv", ...["-f", "lavfi", "-i", "color=s=320x180:r=1:d=200", ...X264]);
    const wide = preview("gif");
    Object.assign(wide.video ?? {}, { frameRate: { mode: "fixed", fps: 50 } });
    await expect(produce(long, wide, clips.path("long"))).rejects.toMatchObject({
      failure: { code: "TEMPLATE_INVALID", params: { field: "clip" } },
    });
  });
});

describe("sound alone in segments", () => {
  it("has its rates as variants in HLS and in one set in DASH, and its languages as a group", async () => {
    const alone = (container: "hls" | "cmaf", changes: Partial<AudioSpec>) => ({
      ...spec({ container, video: null, audio: changes }),
      segments: { seconds: 1, format: "fmp4" as const, byteRange: false },
    });
    const two = clips.make(
      "two-sounds.mkv",
      ...["-i", source, "-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy"],
      ...["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"],
    );
    const [rates, languages] = await produceAll(
      two,
      { rates: alone("cmaf", { kbps: 96, variantsKbps: [32, 160] }), all: alone("hls", { tracks: "all" }) },
      clips.path("alone"),
    );
    const parsed = (one: Produced | undefined) => {
      const parser = new Parser();
      parser.push(readFileSync(join(one?.dir ?? "", one?.packaged.primary ?? ""), "utf8"));
      parser.end();
      return parser.manifest;
    };
    const { playlists, mediaGroups } = parsed(rates);
    expect(
      playlists.map(({ uri, attributes }) => [uri, attributes["CODECS"], attributes["RESOLUTION"]]),
    ).toEqual(
      [160, 96, 32].map((kbps) => [`result.a1/audio-${kbps}k/playlist.m3u8`, "mp4a.40.2", undefined]),
    );
    expect(mediaGroups.AUDIO).toEqual({});
    // Two seconds and what the encoder puts before them.
    expect(rates?.packaged.renditions.map(({ segments }) => segments.length)).toEqual([3, 3, 3]);
    const mpd = readFileSync(join(rates?.dir ?? "", "result.a1/manifest.mpd"), "utf8");
    expect([mpd.match(/<AdaptationSet/g)?.length, mpd.match(/<Representation/g)?.length]).toEqual([1, 3]);
    const group = parsed(languages);
    expect(group.playlists).toHaveLength(1);
    expect(Object.keys(group.mediaGroups.AUDIO["audio"] ?? {})).toEqual(["Audio 1", "Audio 2"]);
    // Read back by ffmpeg's own HLS reader: all of the sound, at the rate that the list names.
    for (const one of [rates, languages]) {
      const seconds = execFileSync("ffprobe", [
        ...[
          "-v",
          "error",
          "-allowed_extensions",
          "ALL",
          "-show_entries",
          "format=duration",
          "-of",
          "csv=p=0",
        ],
        join(one?.dir ?? "", one?.packaged.primary ?? ""),
      ]).toString();
      expect(Number(seconds)).toBeCloseTo(2, 0);
    }
  });
});

describe("fragmented MP4", () => {
  it("sound and picture begin together, though their encoders delay them differently", async () => {
    const wanted = spec({ container: "fmp4", video: { preset: "veryfast" } });
    const { log, verified } = await produce(source, wanted, clips.path("fragments"));
    const { video, audio } = verified.primary;
    expect(video[0]?.startSeconds).toBe(0);
    // The silence that the encoder puts before the sound lies before the beginning.
    expect(audio[0]?.startSeconds).toBeCloseTo(-1024 / 48000, 3);
    expect(log.filter((line) => line.startsWith("warning"))).toEqual([]);
  });

  it("takes AAC over from a transport stream", async () => {
    const stream = clips.make("aac.ts", "-i", source, "-c", "copy");
    const wanted = spec({ container: "fmp4", video: { codec: "copy" }, audio: { codec: "copy" } });
    const { verified } = await produce(stream, wanted, clips.path("taken"));
    expect(verified.renditions.map(({ codec }) => codec)).toEqual(["h264", "aac"]);
  });
});

describe("encrypted HLS", () => {
  const hls = (format: "ts" | "fmp4", encryption: EncodeSpec["encryption"]): EncodeSpec => ({
    ...spec({ container: "hls", video: { gopSeconds: 1 } }),
    segments: { seconds: 1, format, byteRange: false },
    encryption,
  });
  /** What ffmpeg's own HLS reader makes of it: frames of the picture and samples of the sound. */
  const played = (primary: string) =>
    execFileSync("ffprobe", [
      ...["-v", "error", "-allowed_extensions", "ALL", "-protocol_whitelist", "file,crypto"],
      ...["-count_frames", "-show_entries", "stream=codec_type,nb_read_frames", "-of", "csv=p=0", primary],
    ])
      .toString()
      .trim()
      .split("\n");

  it("plays with its key and shows nothing without it, in TS and fMP4, with a key of its own or a given one", async () => {
    const keyUrl = "https://keys.example.com/film-1?a=b";
    const keyFile = clips.path("given.key");
    writeFileSync(keyFile, Buffer.from("0123456789abcdef"));
    const made = await produceAll(
      source,
      { ts: hls("ts", { method: "aes-128" }), fmp4: hls("fmp4", { method: "aes-128", keyUrl }) },
      clips.path("encrypted"),
      { assetFiles: new Map([[keyUrl, keyFile]]) },
    );
    for (const { dir, packaged, plan } of made) {
      const paths = packaged.files.map(({ path }) => path);
      const playlists = paths
        .filter((path) => path.endsWith("/playlist.m3u8"))
        .map((path) => join(dir, path));
      for (const playlist of playlists) {
        const text = readFileSync(playlist, "utf8");
        expect(text.match(/#EXT-X-KEY/g)).toHaveLength(1);
        if (plan.key === "fmp4") {
          expect(text.indexOf("#EXT-X-MAP")).toBeLessThan(text.indexOf("#EXT-X-KEY"));
          expect(text).toContain(`#EXT-X-KEY:METHOD=AES-128,URI="${keyUrl}"`);
          // As a player with the key's address would have it.
          writeFileSync(playlist, text.replace(keyUrl, `file:${keyFile}`));
        }
      }
      expect(paths.includes("result.a1/key.bin")).toBe(plan.key === "ts");
      expect(paths.some((path) => path.endsWith("keyframes.m3u8"))).toBe(false);
      const result = [...new Set(played(join(dir, packaged.primary)))];
      expect([plan.key, result.filter((line) => line === "video,60")]).toEqual([plan.key, ["video,60"]]);
      expect([plan.key, result.some((line) => /^audio,9\d$/.test(line))]).toEqual([plan.key, true]);
      const clear = readFileSync(join(dir, paths.find((path) => /0001\.(ts|m4s)$/.test(path)) ?? ""));
      expect([clear[0] === 0x47, clear.includes("moof"), clear.length % 16]).toEqual([false, false, 0]);
      const master = readFileSync(join(dir, packaged.primary), "utf8");
      const bandwidth = Number(/BANDWIDTH=(\d+)/.exec(master)?.[1]);
      const largest = packaged.renditions.map(({ folder }) =>
        Math.max(
          ...paths
            .filter((path) => path.startsWith(`${folder}/`) && /\d\.(ts|m4s)$/.test(path))
            .map((path) => readFileSync(join(dir, path)).length * 8),
        ),
      );
      expect(bandwidth).toBeGreaterThanOrEqual(largest.reduce((sum, bits) => sum + bits, 0) * 0.99);
    }
    // Another key gives nothing that plays.
    const { dir = "", packaged } = made.find(({ plan }) => plan.key === "ts") ?? {};
    writeFileSync(join(dir, "result.a1/key.bin"), Buffer.alloc(16, 1));
    expect(() => played(join(dir, packaged?.primary ?? ""))).toThrow();
  });

  it("a key of another length is refused by its field", async () => {
    const keyUrl = "https://keys.example.com/short";
    writeFileSync(clips.path("short.key"), "short");
    const assetFiles = new Map([[keyUrl, clips.path("short.key")]]);
    const wanted = { only: hls("ts", { method: "aes-128", keyUrl }) };
    await expect(produceAll(source, wanted, clips.path("short"), { assetFiles })).rejects.toMatchObject({
      failure: { code: "TEMPLATE_INVALID", params: { field: "encryption.keyUrl" } },
    });
  });
});

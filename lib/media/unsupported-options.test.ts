import { describe, expect, it } from "vitest";
import {
  encodeSpecSchema,
  watermarkSchema,
  type AudioSpec,
  type EncodeSpec,
  type VideoSpec,
} from "#lib/media/encode-spec.ts";
import { unsupportedOptions } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { CAPABILITIES } from "#lib/media/test-media-info.ts";

const hls = (): EncodeSpec =>
  encodeSpecSchema.parse(
    structuredClone(PREDEFINED_SPECS.find(({ name }) => name === "System_HLS_H264")?.spec),
  );
const mp4 = (): EncodeSpec =>
  encodeSpecSchema.parse(
    structuredClone(PREDEFINED_SPECS.find(({ name }) => name === "System_MP4_H264")?.spec),
  );
const changeAudio = (spec: EncodeSpec, changes: Partial<AudioSpec>) =>
  Object.assign(spec.audio ?? {}, changes);
const changeVideo = (spec: EncodeSpec, changes: Partial<VideoSpec>) =>
  Object.assign(spec.video ?? {}, changes);
const animate = (spec: EncodeSpec, codec: "gif" | "webp") =>
  changeVideo(spec, {
    codec,
    frameRate: { mode: "cap", fps: 12 },
    renditions: [{ name: "one", rateControl: { mode: "crf", crf: 25 } }],
  });
const watermark = (changes: object) => watermarkSchema.parse({ position: "top", ...changes });
const PNG = `data:image/png;base64,${btoa("\x89PNG\r\n\x1a\n and more of it")}`;
const logo = (source: string) => watermark({ kind: "image", source, widthPercent: 10 });
const paths = (spec: EncodeSpec) => unsupportedOptions(spec).map(({ path }) => path);

describe("options that the engine would have to ignore", () => {
  it.each(PREDEFINED_SPECS.map(({ name, spec }) => [name, spec] as const))(
    "%s has none, and is a valid spec",
    (_name, spec) => {
      expect(unsupportedOptions(encodeSpecSchema.parse(spec), CAPABILITIES)).toEqual([]);
    },
  );

  it.each<[string, (spec: EncodeSpec) => void]>([
    ["video.codec", (spec) => (spec.container = "webm")],
    ["audio.codec", (spec) => spec.audio && (spec.audio.codec = "flac")],
    ["audio.kbps", (spec) => changeAudio(spec, { codec: "ac3", kbps: 700 })],
    ["audio.tracks", (spec) => void ((spec.container = "flv"), changeAudio(spec, { tracks: "all" }))],
    ["video.renditions.0.width", (spec) => spec.video && (spec.video.codec = "copy")],
    ["clip", (spec) => void ((spec.clip = { startSeconds: 1 }), changeAudio(spec, { codec: "copy" }))],
    ["video.renditions.0.height", (spec) => changeVideo(spec, { scale: "long_side" })],
    ["video.renditions.0.width", (spec) => changeVideo(spec, { scale: "short_side" })],
    [
      "video.renditions.0.width",
      (spec) => {
        changeVideo(spec, { scale: "fill" });
        delete spec.video?.renditions[0]?.width;
      },
    ],
    ["crop", (spec) => void ((spec.crop = { x: 0, y: 0, width: 100, height: 100 }), (spec.video = null))],
    [
      "fade",
      (spec) => void ((spec.fade = { inSeconds: 1, outSeconds: 1 }), changeAudio(spec, { codec: "copy" })),
    ],
    ["audio", (spec) => void (Object.assign(spec, { container: "gif" }), animate(spec, "gif"))],
    [
      "video.frameRate",
      (spec) => {
        Object.assign(spec, { container: "webp", audio: null });
        animate(spec, "webp");
        changeVideo(spec, { frameRate: { mode: "source" } });
      },
    ],
    [
      "video.renditions.0.rateControl.mode",
      (spec) => {
        Object.assign(spec, { container: "gif", audio: null });
        animate(spec, "gif");
        Object.assign(spec.video?.renditions[0] ?? {}, { rateControl: { mode: "cbr", kbps: 100 } });
      },
    ],
    ["encryption", (spec) => (spec.encryption = { method: "aes-128" })],
    [
      "video.renditions.0.rateControl.maxKbps",
      (spec) => {
        Object.assign(spec, { container: "webp", audio: null });
        animate(spec, "webp");
        Object.assign(spec.video?.renditions[0]?.rateControl ?? {}, { maxKbps: 500 });
      },
    ],
    ["audio.variantsKbps", (spec) => changeAudio(spec, { variantsKbps: [64] })],
    ["thumbnails.times", (spec) => (spec.thumbnails = { count: 2, times: [1], sprite: false })],
    ["subtitles", (spec) => void ((spec.subtitles = "burn"), (spec.video = null))],
    [
      "quality",
      (spec) => Object.assign(spec, { container: "m4a", video: null, quality: { ssim: true, psnr: false } }),
    ],
    [
      "quality",
      (spec) => void ((spec.quality = { ssim: false, psnr: true }), changeVideo(spec, { codec: "copy" })),
    ],
    ["subtitles", (spec) => void ((spec.subtitles = "carry"), (spec.container = "ts"))],
    ["metadata", (spec) => void ((spec.metadata = "keep"), (spec.container = "ts"))],
    ["video.sharpen", (spec) => changeVideo(spec, { codec: "copy", sharpen: "light" })],
    [
      "watermarks.0.source",
      (spec) => (spec.watermarks = [watermark({ kind: "image", source: "/etc/passwd", widthPercent: 10 })]),
    ],
    [
      "watermarks.0.source",
      (spec) =>
        (spec.watermarks = [
          watermark({ kind: "image", source: `data:image/png;base64,${btoa("<svg/>")}`, widthPercent: 10 }),
        ]),
    ],
    [
      "watermarks.0.text",
      (spec) => (spec.watermarks = [watermark({ kind: "text", text: "a\u0007", heightPercent: 9 })]),
    ],
    [
      "watermarks.0.endSeconds",
      (spec) =>
        (spec.watermarks = [
          watermark({ kind: "text", text: "a", heightPercent: 9, startSeconds: 4, endSeconds: 2 }),
        ]),
    ],
    ["encryption", (spec) => (spec.encryption = { method: "aes-128", keyUrl: "https://keys.example/1" })],
    ["video.hdr", (spec) => spec.video && (spec.video.hdr = "keep")],
    ["clip.endSeconds", (spec) => (spec.clip = { startSeconds: 5, endSeconds: 2 })],
    ["clip.maxSeconds", (spec) => (spec.clip = { startSeconds: 5, endSeconds: 9, maxSeconds: 2 })],
    ["segments", (spec) => (spec.segments = { seconds: 6, format: "fmp4", byteRange: false })],
  ])("%s is refused by name", (path, change) => {
    const spec = mp4();
    change(spec);
    expect(paths(spec)).toContain(path);
  });

  it.each([
    ["av1", "vbr", "twoPass"],
    ["av1", "cbr", "mode"],
  ] as const)("%s with %s is refused where SVT-AV1 has no such mode", (codec, mode, field) => {
    const spec = mp4();
    const rung = spec.video?.renditions[0];
    if (!spec.video || !rung) throw new Error("no rung");
    spec.video.codec = codec;
    delete rung.profile;
    rung.rateControl = mode === "vbr" ? { mode, kbps: 800, twoPass: true } : { mode, kbps: 800 };
    expect(paths(spec)).toEqual([`video.renditions.0.rateControl.${field}`]);
  });

  it("two passes are for all renditions or for none", () => {
    const spec = hls();
    const rung = spec.video?.renditions[1];
    if (!rung) throw new Error("no rung");
    rung.rateControl = { mode: "vbr", kbps: 2000, twoPass: true };
    expect(paths(spec)).toEqual(["video.renditions.1.rateControl.twoPass"]);
  });

  it("what the installed ffmpeg lacks is refused with its name", () => {
    const spec = mp4();
    if (spec.audio) spec.audio.loudness = { targetLufs: -16, truePeakDb: -1.5 };
    spec.quality = { ssim: true, psnr: true };
    const bare = { ...CAPABILITIES, encoders: ["aac"], muxers: [], filters: [] };
    expect(unsupportedOptions(spec, bare)).toEqual([
      { path: "quality.ssim", message: "This worker's ffmpeg has no filter for it (ssim)." },
      { path: "quality.psnr", message: "This worker's ffmpeg has no filter for it (psnr)." },
      { path: "video.codec", message: "This worker's ffmpeg has no encoder for it (libx264)." },
      { path: "container", message: "This worker's ffmpeg has no muxer for it (mp4)." },
      { path: "audio.loudness", message: "This worker's ffmpeg has no filter for it (loudnorm)." },
    ]);
  });

  it.each<[string, (spec: EncodeSpec) => void, string]>([
    ["an image", (spec) => (spec.watermarks = [logo(PNG)]), "watermarks filter overlay"],
    ["a PNG", (spec) => (spec.watermarks = [logo(PNG)]), "watermarks.0.source decoder png"],
    ["burnt-in subtitles", (spec) => (spec.subtitles = "burn"), "subtitles filter ass"],
    ["subtitles as ASS", (spec) => (spec.subtitles = "burn"), "subtitles encoder ass"],
    [
      "a GIF",
      (spec) => (Object.assign(spec, { container: "gif", audio: null }), animate(spec, "gif")),
      "container filter palettegen",
    ],
    [
      "a WebP",
      (spec) => (Object.assign(spec, { container: "webp", audio: null }), animate(spec, "webp")),
      "video.codec encoder libwebp_anim",
    ],
  ])("%s is refused where ffmpeg has no means for it", (_what, change, expected) => {
    const spec = mp4();
    change(spec);
    expect(unsupportedOptions(spec, CAPABILITIES)).toEqual([]);
    const bare = { ...CAPABILITIES, encoders: ["libx264", "aac", "gif"], decoders: [], filters: [] };
    const said = unsupportedOptions(spec, bare).map(
      ({ path, message }) => `${path} ${/has no (\w+) for it \((\w+)\)/.exec(message)?.slice(1).join(" ")}`,
    );
    expect(said).toContain(expected);
  });

  it("a key that does not exist is refused, however deep", () => {
    const spec = mp4();
    const parsed = encodeSpecSchema.safeParse({ ...spec, video: { ...spec.video, bframes: 3 } });
    expect(parsed.error?.issues[0]?.message).toContain("bframes");
  });

  it("a keyframe distance that does not divide the segment is refused", () => {
    const spec = hls();
    if (spec.video) spec.video.gopSeconds = 4;
    expect(paths(spec)).toEqual(["video.gopSeconds"]);
  });

  it("a ladder in a single file, and two rungs of one name, are refused", () => {
    const spec = mp4();
    const rung = spec.video?.renditions[0];
    if (rung) spec.video?.renditions.push(rung);
    expect(paths(spec)).toEqual(["video.renditions", "video.renditions"]);
  });

  it("HEVC in transport streams is refused, in fMP4 it is not", () => {
    const spec = hls();
    if (spec.video) spec.video.codec = "h265";
    for (const rendition of spec.video?.renditions ?? []) rendition.profile = "main";
    expect(paths(spec)).toEqual([]);
    spec.segments = { seconds: 6, format: "ts", byteRange: false };
    expect(paths(spec)).toEqual(["segments.format"]);
  });
});

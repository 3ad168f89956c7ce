import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { audioStream, mediaInfo, videoStream } from "#lib/media/test-media-info.ts";

/**
 * One option of a template for the page of the docs: where it stands, what it does, and an example. `source` is what
 * the example is planned for, where an ordinary 1080p file would not show it.
 */
export type OptionExample = {
  option: string;
  does: string;
  set: (spec: EncodeSpec) => void;
  source?: MediaInfo;
};

type Video = NonNullable<EncodeSpec["video"]>;
type Audio = NonNullable<EncodeSpec["audio"]>;
type Rung = Video["renditions"][number];

const video = (change: (video: Video) => void) => (spec: EncodeSpec) => {
  if (spec.video) change(spec.video);
};
const rung = (changes: Partial<Rung>) =>
  video(({ renditions }) => {
    if (renditions[0]) Object.assign(renditions[0], changes);
  });
const audio = (changes: Partial<Audio>) => (spec: EncodeSpec) => {
  Object.assign(spec.audio ?? {}, changes);
};
const animation = (spec: EncodeSpec, kind: "gif" | "webp") => {
  Object.assign(spec, { container: kind, audio: null });
  Object.assign(spec.video ?? {}, {
    codec: kind,
    frameRate: { mode: "cap", fps: 12 },
    renditions: [{ name: "preview", width: 320, rateControl: { mode: "crf", crf: 25 } }],
  });
};
const withoutProfile = (change: (video: Video) => void) =>
  video((one) => {
    for (const rendition of one.renditions) delete rendition.profile;
    change(one);
  });

const INTERLACED = mediaInfo({ video: [videoStream({ fieldOrder: "tt" })] });
const HDR = mediaInfo({
  video: [
    videoStream({
      hdr: "HDR10",
      colorTransfer: "smpte2084",
      colorPrimaries: "bt2020",
      colorSpace: "bt2020nc",
      hdrMetadata: {
        mastering: {
          red: [34000, 16000],
          green: [13250, 34500],
          blue: [7500, 3000],
          white: [15635, 16450],
          maxLuminance: 10_000_000,
          minLuminance: 50,
        },
        contentLight: { maxCll: 1000, maxFall: 400 },
      },
      pixelFormat: "yuv420p10le",
      bitDepth: 10,
    }),
  ],
});
const SUBTITLED = mediaInfo({
  subtitles: [{ index: 2, codec: "subrip", language: "fra", title: null }],
});
const TWO_SOUNDS = mediaInfo({
  audio: [
    audioStream({ language: "eng" }),
    audioStream({ index: 2, channels: 6, isDefault: false, language: "deu" }),
  ],
});

export const OPTION_EXAMPLES: readonly OptionExample[] = [
  {
    option: `"container": "fmp4"`,
    does: "Fragmented MP4: a fragment for each keyframe, and an index of them at the start.",
    set: (spec) => (spec.container = "fmp4"),
  },
  {
    option: `"video.codec": "h265"`,
    does: "H.265, tagged hvc1 in MP4, without which Apple's players refuse it.",
    set: withoutProfile((one) => (one.codec = "h265")),
  },
  {
    option: `"video.codec": "av1"`,
    does: "AV1 by SVT-AV1. Pictures below 64 pixels a side fall away; keyframes come by count, so the frame rate is made constant.",
    set: withoutProfile((one) => (one.codec = "av1")),
  },
  {
    option: `"video.codec": "vp9"`,
    does: "VP9 by libvpx; as AV1, without a least size.",
    set: withoutProfile((one) => (one.codec = "vp9")),
  },
  {
    option: `"container": "gif"`,
    does: "An animated GIF with a palette of its own, for previews: no sound, 50 frames a second at most, and as long as 400 MB of pictures (320x180 at 12 a second: 2.5 minutes). Rate control, preset and keyframe distance say nothing.",
    set: (spec) => animation(spec, "gif"),
  },
  {
    option: `"container": "webp"`,
    does: "The same as an animated WebP, far smaller. The CRF becomes its quality: 0 is 100, 63 is 0.",
    set: (spec) => animation(spec, "webp"),
  },
  {
    option: `"video.codec": "copy"`,
    does: "The source's picture as it is, not encoded again. The container has to hold its codec (and, where the source is turned by its metadata, that: mp4, fmp4 and mov); nothing can be changed in it.",
    set: video((one) => {
      one.codec = "copy";
      one.renditions = [{ name: "source", rateControl: { mode: "crf", crf: 23 } }];
    }),
  },
  {
    option: `"video.copyWhenPossible": true`,
    does: "Copied when the source already is what the template asks for (codec, profile, level, size, rate, progressive, square pixels, no edits); otherwise encoded, and the job says why. The same for audio.",
    set: video((one) => (one.copyWhenPossible = true)),
    source: mediaInfo(),
  },
  {
    option: `"rateControl": {"mode": "crf", "crf": 20}`,
    does: "Constant quality without a cap. Lower is better.",
    set: rung({ rateControl: { mode: "crf", crf: 20 } }),
  },
  {
    option: `"rateControl": {"mode": "crf", "crf": 23, "maxKbps": 4000}`,
    does: "Constant quality, peaks capped (capped CRF). The buffer is `bufferKbits`, or 1.5 s of the cap.",
    set: rung({ rateControl: { mode: "crf", crf: 23, maxKbps: 4000 } }),
  },
  {
    option: `"rateControl": {"mode": "vbr", "kbps": 3000, "twoPass": true}`,
    does: "An average rate in two passes: an ffmpeg before this one writes statistics, one file for each rung. H.264, H.265 and VP9.",
    set: rung({ rateControl: { mode: "vbr", kbps: 3000, twoPass: true } }),
  },
  {
    option: `"rateControl": {"mode": "cbr", "kbps": 3000}`,
    does: "A constant rate. H.264, H.265 and VP9.",
    set: rung({ rateControl: { mode: "cbr", kbps: 3000 } }),
  },
  {
    option: `"renditions.height": 720`,
    does: "The box that the picture fits into, turned for a portrait source; never enlarged. One side alone limits the short or the long side.",
    set: rung({ width: 1280, height: 720 }),
  },
  {
    option: `"video.scale": "fill"`,
    does: "How a picture meets width and height. `fit`: inside the box, turned for a portrait source (this is the default); `box`: inside it as it is; `long_side`, `short_side`: `width` alone limits the longer, `height` alone the shorter side; `fill`: the box's shape, what sticks out is cut off; `stretch`: each side by itself. (Shown: `fill`, 720x1280.)",
    set: video((one) => {
      one.scale = "fill";
      Object.assign(one.renditions[0] ?? {}, { width: 720, height: 1280 });
    }),
  },
  {
    option: `"renditions.profile": "main", "renditions.level": "4.0"`,
    does: "Profile of H.264 and H.265, and the level.",
    set: rung({ profile: "main", level: "4.0" }),
  },
  {
    option: `"video.preset": "slow", "video.tune": "film"`,
    does: "Speed against size. For AV1 and VP9 the word becomes their number. Tuning: H.264, and animation and grain of H.265.",
    set: video((one) => Object.assign(one, { preset: "slow", tune: "film" })),
  },
  {
    option: `"video.bitDepth": 10`,
    does: "10 bits: H.264 (high10), H.265 (main10), VP9 and AV1.",
    set: withoutProfile((one) => (one.bitDepth = 10)),
  },
  {
    option: `"video.gopSeconds": 4`,
    does: "Keyframe distance, at the same times in every rung. In segmented containers it divides the segment.",
    set: video((one) => (one.gopSeconds = 4)),
  },
  {
    option: `"video.frameRate": {"mode": "cap", "fps": 24}`,
    does: "At most so many frames per second. `fixed` makes it exactly so many, `source` leaves it. A varying rate is kept in H.264 and H.265; where segments or fragments are cut and a frame stays for more than half a second, and in VP9 and AV1, it is made constant, at the rate of the moving parts.",
    set: video((one) => (one.frameRate = { mode: "cap", fps: 24 })),
  },
  {
    option: `"video.deinterlace": "auto"`,
    does: "Deinterlaces what is flagged as interlaced; `always` all of it, `off` nothing. (Shown: an interlaced source.)",
    set: video((one) => (one.deinterlace = "auto")),
    source: INTERLACED,
  },
  {
    option: `"video.hdr": "to_sdr"`,
    does: "HDR10 and HLG are tone-mapped to BT.709. (Shown: an HDR10 source.)",
    set: video((one) => (one.hdr = "to_sdr")),
    source: HDR,
  },
  {
    option: `"video.hdr": "keep"`,
    does: "HDR10 and HLG stay, with their tags, in 10-bit H.265, VP9 or AV1; H.265 and AV1 also hold the mastering display and the light levels, where the source has them. (Shown: an HDR10 source.)",
    set: withoutProfile((one) => Object.assign(one, { codec: "h265", bitDepth: 10, hdr: "keep" })),
    source: HDR,
  },
  {
    option: `"video.denoise": "medium", "video.sharpen": "light"`,
    does: "Denoises before scaling and sharpens after it: `light`, `medium` or `strong`.",
    set: video((one) => Object.assign(one, { denoise: "medium", sharpen: "light" })),
  },
  {
    option: `"clip": {"startSeconds": 10, "endSeconds": 25}`,
    does: "The part of the source that is used, cut exactly. Jobs with different clips cannot share a decode.",
    set: (spec) => (spec.clip = { startSeconds: 10, endSeconds: 25 }),
    source: mediaInfo({
      durationSeconds: 60,
      video: [videoStream({ durationSeconds: 60 })],
      audio: [audioStream({ durationSeconds: 60 })],
    }),
  },
  {
    option: `"clip": {"startSeconds": 0, "maxSeconds": 2.5}`,
    does: "At most so much of the source: of a shorter one what there is, with a warning. An end (`endSeconds`) has to lie inside the source.",
    set: (spec) => (spec.clip = { startSeconds: 0, maxSeconds: 2.5 }),
  },
  {
    option: `"crop": {"x": 100, "y": 0, "width": 1080, "height": 1080}`,
    does: "Part of the picture as it is shown, in its pixels.",
    set: (spec) => (spec.crop = { x: 100, y: 0, width: 1080, height: 1080 }),
  },
  {
    option: `"rotate": 90`,
    does: "Turns clockwise by 90, 180 or 270 degrees. A turn in the source's metadata is done anyway.",
    set: (spec) => (spec.rotate = 90),
  },
  {
    option: `"pad": {"width": 1080, "height": 1920, "color": "#101010"}`,
    does: "A canvas with the picture in its middle, made smaller if it has to be, never larger.",
    set: (spec) => (spec.pad = { width: 1080, height: 1920, color: "#101010" }),
  },
  {
    option: `"fade": {"inSeconds": 1, "outSeconds": 2}`,
    does: "From black and silence, and back.",
    set: (spec) => (spec.fade = { inSeconds: 1, outSeconds: 2 }),
  },
  {
    option: `"watermarks": [{"kind": "text", …}]`,
    does: "A text on the picture, read from a file: no word of it is ever part of a command. Position, height in percent of the picture, margin (`verticalMarginPercent`, where it is another one up and down), opacity and times.",
    set: (spec) => {
      spec.watermarks = [
        {
          kind: "text",
          text: "Draft",
          position: "top-right",
          heightPercent: 5,
          opacity: 0.8,
          marginPercent: 2,
          endSeconds: 10,
        },
      ];
    },
  },
  {
    option: `"watermarks": [{"kind": "image", …}]`,
    does: "A PNG, JPEG or WebP over the picture, with its own transparency: `data:image/png;base64,…` inside the template (up to about 128 KiB), or an http or https address, which the worker fetches before it encodes (up to 5 MiB, with the guards of a source). It is decoded once by itself, in the sandbox; never a path. Position, width in percent of the picture, margin, opacity and times.",
    set: (spec) => {
      spec.watermarks = [
        {
          kind: "image",
          source: "https://www.example.com/logo.png",
          position: "top-right",
          widthPercent: 12,
          opacity: 0.7,
          marginPercent: 2,
          endSeconds: 10,
        },
      ];
    },
  },
  {
    option: `"audio": {"codec": "ac3", "kbps": 448, "channels": 6}`,
    does: "AAC, MP3, Opus, AC-3, FLAC and PCM (16 bits). Channels are mixed down, never made up; `source` keeps them up to 5.1.",
    set: audio({ codec: "ac3", kbps: 448, channels: 6 }),
  },
  {
    option: `"video": null, "container": "hls", "audio.variantsKbps": [64, 32]`,
    does: 'HLS, DASH and CMAF of sound alone. `kbps` and each of `variantsKbps` are variants that players choose from; with `tracks` "all" the languages are a group instead.',
    set: (spec) => {
      Object.assign(spec, {
        container: "hls",
        video: null,
        segments: { seconds: 6, format: "fmp4", byteRange: false },
      });
      if (spec.audio) spec.audio.variantsKbps = [64, 32];
    },
  },
  {
    option: `"audio.sampleRate": 44100`,
    does: "The nearest rate that the codec has.",
    set: audio({ sampleRate: 44100 }),
  },
  {
    option: `"audio.tracks": "all"`,
    does: "All sounds with their languages, not only the main one. (Shown: two sounds.)",
    set: audio({ tracks: "all" }),
    source: TWO_SOUNDS,
  },
  {
    option: `"audio.loudness": {"targetLufs": -16, "truePeakDb": -1.5}`,
    does: "EBU R128 in two passes: an ffmpeg before this one measures, this one corrects by one gain (`linear`). What it measured stands for the question marks. Silence stays.",
    set: audio({ loudness: { targetLufs: -16, truePeakDb: -1.5 } }),
  },
  {
    option: `"subtitles": "carry"`,
    does: "Text subtitles go along: inside MP4, MOV, MKV and WebM, as WebVTT beside the segments of HLS (fMP4), DASH and CMAF. What is forced or for the deaf stays so, except in MOV, which has no place for it. (Shown: a source with one.)",
    set: (spec) => (spec.subtitles = "carry"),
    source: SUBTITLED,
  },
  {
    option: `"subtitles": "burn"`,
    does: "Draws the source's first text subtitles on the picture, in their own style where they have one. A process before this one writes them to a file, which is all that the filter opens. (Shown: a source with subtitles.)",
    set: (spec) => (spec.subtitles = "burn"),
    source: SUBTITLED,
  },
  {
    option: `"thumbnails": {"intervalSeconds": 5, "sprite": true}`,
    does: "Pictures every so many seconds, or `count` of them, in the folder thumbnails beside the result: a JPEG each, or with `sprite` sheets of 5 by 5. storyboard.vtt tells players which belongs to which time. (Shown: the process that makes them.)",
    set: (spec) => (spec.thumbnails = { intervalSeconds: 5, sprite: true }),
  },
  {
    option: `"thumbnails": {"times": [0.5, 3, 8]}`,
    does: "Pictures at these times of the result, to 1/25 s; `percents` says them in percent of its length. What lies after the end is the last frame; times of one frame give one picture. (Shown: the process that makes them.)",
    set: (spec) => (spec.thumbnails = { times: [0.5, 3, 8], sprite: false }),
  },
  {
    option: `"quality": {"ssim": true, "psnr": true}`,
    does: "After the encode each rendition is compared with its source, filtered and scaled as for the encoder: a curve with a value a second, and the worst five seconds, on the job's page and in its result. (Shown: the process that compares.)",
    set: (spec) => (spec.quality = { ssim: true, psnr: true }),
  },
  {
    option: `"metadata": "keep"`,
    does: "Titles, dates, places and chapters of the source go into a single file; `drop` takes them all out.",
    set: (spec) => (spec.metadata = "keep"),
  },
  {
    option: `"container": "hls", "segments": {"seconds": 6, "format": "ts"}`,
    does: "HLS with MPEG-TS segments; each rung has its copy of the sound.",
    set: (spec) =>
      Object.assign(spec, { container: "hls", segments: { seconds: 6, format: "ts", byteRange: false } }),
  },
  {
    option: `"container": "hls", "segments": {"format": "fmp4", "byteRange": true}`,
    does: "HLS with one file per rendition, which players read by byte ranges. With fMP4 every rung has a playlist of its keyframes too (I-FRAME-STREAM-INF), for fast winding.",
    set: (spec) =>
      Object.assign(spec, { container: "hls", segments: { seconds: 6, format: "fmp4", byteRange: true } }),
  },
  {
    option: `"encryption": {"method": "aes-128", "keyUrl": "https://…"}`,
    does: "HLS whose segments, TS or fMP4, are encrypted after they have been checked (AES-128, CBC, the segment's number as IV); no list of keyframes. The worker fetches the 16 bytes of the key from `keyUrl`, which the playlists name. Without `keyUrl` each job has a random key of its own in key.bin beside its segments: whoever may read the folder has it. Thumbnails stay clear. ffmpeg has no part in it. (Shown: HLS in ts.)",
    set: (spec) =>
      Object.assign(spec, {
        container: "hls",
        segments: { seconds: 6, format: "ts", byteRange: false },
        encryption: { method: "aes-128", keyUrl: "https://keys.example.com/1" },
      }),
  },
  {
    option: `"container": "cmaf"`,
    does: "CMAF segments, as for HLS with fmp4 and for DASH. CMAF publishes both: the playlist under the job's name, and manifest.mpd beside the segments. Playlists and manifests are written from the measured files, not by ffmpeg.",
    set: (spec) =>
      Object.assign(spec, { container: "cmaf", segments: { seconds: 6, format: "fmp4", byteRange: false } }),
  },
];

import type { EncodeSpec, Rendition, VideoSpec } from "#lib/media/encode-spec.ts";

export type PredefinedSpec = { name: string; description: string; spec: EncodeSpec };

/** Name, box and peak rate in kbit/s of a rung. */
type Rung = readonly [name: string, width: number, height: number, maxKbps: number];

/** What a player may have to sustain: about what Apple's authoring guide and the vendors' default ladders use. */
const H264_RUNGS: readonly Rung[] = [
  ["1080p", 1920, 1080, 5000],
  ["720p", 1280, 720, 2800],
  ["480p", 854, 480, 1400],
  ["360p", 640, 360, 800],
];
/** HEVC, VP9 and AV1 need about 40 % less for the same picture. */
const LATER_RUNGS: readonly Rung[] = [
  ["1080p", 1920, 1080, 3000],
  ["720p", 1280, 720, 1700],
  ["480p", 854, 480, 850],
  ["360p", 640, 360, 500],
];

/** Quality is constant (CRF), so an easy picture costs less; the cap holds for the hard ones. */
function rungs(
  crf: number,
  sizes: readonly Rung[],
  profileOf?: (name: string) => Rendition["profile"],
): Rendition[] {
  return sizes.map(([name, width, height, maxKbps]) => {
    const profile = profileOf?.(name);
    return { name, width, height, ...(profile && { profile }), rateControl: { mode: "crf", crf, maxKbps } };
  });
}

const VIDEO = {
  preset: "veryfast",
  bitDepth: 8,
  gopSeconds: 2,
  frameRate: { mode: "cap", fps: 60 },
  deinterlace: "auto",
  hdr: "to_sdr",
  denoise: "off",
  sharpen: "off",
} as const satisfies Partial<VideoSpec>;

const h264Profile = (name: string) => (name === "360p" ? "main" : "high");
const hevcProfile = () => "main" as const;
const one = (...rung: Rung): readonly Rung[] => [rung];

const h264 = (sizes: readonly Rung[]): VideoSpec => ({
  ...VIDEO,
  codec: "h264",
  renditions: rungs(23, sizes, h264Profile),
});
const h265 = (sizes: readonly Rung[]): VideoSpec => ({
  ...VIDEO,
  codec: "h265",
  renditions: rungs(26, sizes, hevcProfile),
});
const vp9 = (sizes: readonly Rung[]): VideoSpec => ({ ...VIDEO, codec: "vp9", renditions: rungs(32, sizes) });
const av1 = (sizes: readonly Rung[]): VideoSpec => ({ ...VIDEO, codec: "av1", renditions: rungs(35, sizes) });

/** The start of a film as an animation: few, small pictures, which are enough to know it by. */
const preview = (codec: "gif" | "webp"): Pick<EncodeSpec, "container" | "video" | "audio" | "clip"> => ({
  container: codec,
  video: {
    ...VIDEO,
    codec,
    frameRate: { mode: "cap", fps: 10 },
    renditions: [{ name: "preview", width: 480, height: 270, rateControl: { mode: "crf", crf: 25 } }],
  },
  audio: null,
  clip: { startSeconds: 0, maxSeconds: 2.5 },
});

const AAC = { codec: "aac", kbps: 128, channels: 2, sampleRate: 48000, tracks: "default" } as const;
const OPUS = { codec: "opus", kbps: 96, channels: 2, sampleRate: 48000, tracks: "default" } as const;
const SEGMENTS = { seconds: 6, format: "fmp4", byteRange: false } as const;

const NOTHING_ELSE = { watermarks: [], subtitles: "drop", metadata: "drop" } satisfies Partial<EncodeSpec>;

type Parts = Pick<EncodeSpec, "container" | "video" | "audio"> & Partial<EncodeSpec>;
const template = (name: string, description: string, parts: Parts): PredefinedSpec => ({
  name,
  description,
  spec: { ...NOTHING_ELSE, ...structuredClone(parts) },
});

/** The templates that every project starts with. Names are part of the product: programs refer to them. */
export const PREDEFINED_SPECS: readonly PredefinedSpec[] = [
  template(
    "System_MP4_H264",
    "MP4 with H.264 up to 1080p and AAC stereo. Plays everywhere; starts before it has loaded.",
    { container: "mp4", video: h264(one("1080p", 1920, 1080, 6000)), audio: AAC },
  ),
  template(
    "System_HLS_H264",
    "HLS for adaptive streaming: H.264 at 1080p, 720p, 480p and 360p, never above the source, AAC stereo.",
    { container: "hls", video: h264(H264_RUNGS), audio: AAC, segments: SEGMENTS },
  ),
  template(
    "System_DASH_MP4_H264",
    "MPEG-DASH for adaptive streaming: H.264 at 1080p, 720p, 480p and 360p, never above the source, AAC stereo.",
    { container: "dash", video: h264(H264_RUNGS), audio: AAC, segments: SEGMENTS },
  ),
  template(
    "System_MP4_H265",
    "MP4 with H.265 (HEVC) up to 1080p and AAC stereo. Smaller files; plays on Apple devices and newer hardware.",
    { container: "mp4", video: h265(one("1080p", 1920, 1080, 4000)), audio: AAC },
  ),
  template("System_Audio_AAC", "The sound alone: M4A with AAC stereo at 128 kbit/s.", {
    container: "m4a",
    video: null,
    audio: AAC,
  }),
  template("System_MP4_720p_H264", "MP4 with H.264 up to 720p (at most 3 Mbit/s) and AAC stereo.", {
    container: "mp4",
    video: h264(one("720p", 1280, 720, 3000)),
    audio: AAC,
  }),
  template(
    "System_MP4_HDR_H265",
    "MP4 with 10-bit H.265 up to 2160p that keeps HDR10 and HLG, and AAC stereo. SDR sources stay SDR.",
    {
      container: "mp4",
      video: {
        ...VIDEO,
        codec: "h265",
        bitDepth: 10,
        hdr: "keep",
        renditions: rungs(24, one("2160p", 3840, 2160, 16_000), () => "main10"),
      },
      audio: AAC,
    },
  ),
  template(
    "System_MP4_AV1",
    "MP4 with AV1 up to 1080p and Opus stereo. The smallest files; newer players only.",
    {
      container: "mp4",
      video: av1(one("1080p", 1920, 1080, 3000)),
      audio: OPUS,
    },
  ),
  template(
    "System_MP4_Copy",
    "MP4 with the source's own H.264 and AAC where they fit (up to 1080p, 8 Mbit/s), encoded again where they do not.",
    {
      container: "mp4",
      video: { ...h264(one("1080p", 1920, 1080, 8000)), copyWhenPossible: true },
      audio: { ...AAC, kbps: 192, copyWhenPossible: true },
    },
  ),
  template(
    "System_HLS_H265",
    "HLS with H.265 at 1080p, 720p, 480p and 360p, never above the source, AAC stereo. For Apple devices.",
    { container: "hls", video: h265(LATER_RUNGS), audio: AAC, segments: SEGMENTS },
  ),
  template(
    "System_HLS_TS_H264",
    "HLS with MPEG-TS segments for old players: H.264 at 1080p, 720p, 480p and 360p, never above the source, AAC stereo.",
    {
      container: "hls",
      video: h264(H264_RUNGS),
      audio: AAC,
      segments: { ...SEGMENTS, format: "ts" },
    },
  ),
  template(
    "System_CMAF_H264",
    "HLS and DASH from one set of segments: H.264 at 1080p, 720p, 480p and 360p, never above the source, AAC stereo.",
    { container: "cmaf", video: h264(H264_RUNGS), audio: AAC, segments: SEGMENTS },
  ),
  template(
    "System_CMAF_H265",
    "HLS and DASH from one set of segments: H.265 at 1080p, 720p, 480p and 360p, never above the source, AAC stereo.",
    { container: "cmaf", video: h265(LATER_RUNGS), audio: AAC, segments: SEGMENTS },
  ),
  template(
    "System_DASH_VP9",
    "MPEG-DASH with VP9 at 1080p, 720p, 480p and 360p, never above the source, Opus stereo.",
    { container: "dash", video: vp9(LATER_RUNGS), audio: OPUS, segments: SEGMENTS },
  ),
  template(
    "System_DASH_AV1",
    "MPEG-DASH with AV1 at 1080p, 720p, 480p and 360p, never above the source, Opus stereo.",
    { container: "dash", video: av1(LATER_RUNGS), audio: OPUS, segments: SEGMENTS },
  ),
  template("System_WebM_VP9", "WebM with VP9 up to 1080p and Opus stereo. Plays in every browser.", {
    container: "webm",
    video: vp9(one("1080p", 1920, 1080, 4000)),
    audio: OPUS,
  }),
  template("System_WebM_AV1", "WebM with AV1 up to 1080p and Opus stereo.", {
    container: "webm",
    video: av1(one("1080p", 1920, 1080, 3000)),
    audio: OPUS,
  }),
  template("System_TS_H264", "One MPEG-TS file with H.264 up to 1080p (at most 8 Mbit/s) and AAC stereo.", {
    container: "ts",
    video: h264(one("1080p", 1920, 1080, 8000)),
    audio: AAC,
  }),
  template(
    "System_MKV_Copy",
    "Matroska with the source's picture and all of its sounds as they are: nothing is encoded. Text subtitles come along.",
    {
      container: "mkv",
      video: {
        ...VIDEO,
        codec: "copy",
        renditions: [{ name: "source", rateControl: { mode: "crf", crf: 23 } }],
      },
      audio: { codec: "copy", kbps: 128, channels: "source", sampleRate: "source", tracks: "all" },
      subtitles: "carry",
      metadata: "keep",
    },
  ),
  template("System_Audio_MP3", "The sound alone: MP3 stereo at 192 kbit/s.", {
    container: "mp3",
    video: null,
    audio: { ...AAC, codec: "mp3", kbps: 192, sampleRate: 44100 },
  }),
  template("System_Audio_Opus", "The sound alone: Ogg with Opus stereo at 96 kbit/s.", {
    container: "ogg",
    video: null,
    audio: OPUS,
  }),
  template(
    "System_Audio_FLAC",
    "The sound alone, without loss: FLAC with 16 bits, channels and rate of the source.",
    {
      container: "flac",
      video: null,
      audio: { codec: "flac", kbps: 128, channels: "source", sampleRate: "source", tracks: "default" },
    },
  ),
  template(
    "System_Audio_Loudness_AAC",
    "The sound alone: M4A with AAC stereo at 128 kbit/s, brought to -16 LUFS (EBU R128, two passes) as podcasts are.",
    {
      container: "m4a",
      video: null,
      audio: { ...AAC, loudness: { targetLufs: -16, truePeakDb: -1.5 } },
    },
  ),
  template(
    "System_MP4_Fragmented_H264",
    "Fragmented MP4 with H.264 up to 1080p and AAC stereo, for players and packagers that take it piece by piece.",
    { container: "fmp4", video: h264(one("1080p", 1920, 1080, 6000)), audio: AAC },
  ),
  template(
    "System_MOV_H264_PCM",
    "MOV for editing programs: H.264 up to 1080p in high quality (CRF 18) and PCM sound with the channels of the source.",
    {
      container: "mov",
      video: { ...h264([]), renditions: rungs(18, one("1080p", 1920, 1080, 20_000), h264Profile) },
      audio: { codec: "pcm", kbps: 128, channels: "source", sampleRate: 48000, tracks: "default" },
    },
  ),
  template(
    "System_HLS_Audio_AAC",
    "HLS of sound alone: AAC stereo at 128, 96 and 64 kbit/s, between which players choose.",
    { container: "hls", video: null, audio: { ...AAC, variantsKbps: [96, 64] }, segments: SEGMENTS },
  ),
  template(
    "System_Audio_WAV",
    "The sound alone, without loss: WAV with 16 bits, channels and rate of the source.",
    {
      container: "wav",
      video: null,
      audio: { codec: "pcm", kbps: 128, channels: "source", sampleRate: "source", tracks: "default" },
    },
  ),
  template(
    "System_GIF_Preview",
    "At most the first 2.5 seconds as an animated GIF without sound, in 480x270 with 10 pictures a second.",
    preview("gif"),
  ),
  template(
    "System_WebP_Preview",
    "At most the first 2.5 seconds as an animated WebP without sound, in 480x270 with 10 pictures a second. Smaller than a GIF.",
    preview("webp"),
  ),
];

import { join } from "node:path";
import { svtHdrParams, x265HdrParams } from "#lib/media/hdr-metadata.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedVideo } from "#lib/media/planned-rendition.ts";

export type VideoArgsOptions = {
  threads: number;
  /** The job's folder: statistics of a first pass lie in it. */
  folder: string;
  /** Which pass of a rung that has two is spelled. */
  pass: 1 | 2;
  /** How long after the time that keyframes are counted from the first frame comes; 0 unless told. */
  lateSeconds?: number;
};

/** Containers built on MP4, whose samples carry a tag that players look at. */
const MP4_FAMILY: readonly JobPlan["container"][] = ["mp4", "fmp4", "mov", "hls", "dash", "cmaf"];
const TAGS: Record<string, string> = { h264: "avc1", h265: "hvc1" };

/** x264's words for speed in SVT-AV1's and libvpx's numbers; about the same patience. */
const AV1_PRESETS = {
  ultrafast: 12,
  superfast: 11,
  veryfast: 10,
  faster: 9,
  fast: 8,
  medium: 7,
  slow: 6,
  slower: 5,
  veryslow: 4,
} as const;
const VP9_SPEEDS = {
  ultrafast: 5,
  superfast: 5,
  veryfast: 4,
  faster: 4,
  fast: 3,
  medium: 2,
  slow: 1,
  slower: 1,
  veryslow: 0,
} as const;

const WEBP_EFFORTS = {
  ultrafast: 0,
  superfast: 1,
  veryfast: 2,
  faster: 3,
  fast: 4,
  medium: 4,
  slow: 5,
  slower: 6,
  veryslow: 6,
} as const;

/** Arguments of the job's video stream number `index`. */
export function videoArgs(
  video: PlannedVideo,
  index: number,
  job: JobPlan,
  options: VideoArgsOptions,
): string[] {
  const s = `v:${index}`;
  const tag = tagArgs(video, s, job);
  if (video.isCopy) return [`-c:${s}`, "copy", ...tag];
  if (video.codec === "gif") return [`-c:${s}`, video.encoder];
  if (video.codec === "webp") return webpArgs(video, s);
  const common = [
    `-c:${s}`,
    video.encoder,
    `-pix_fmt:${s}`,
    video.pixelFormat,
    `-threads:${s}`,
    String(options.threads),
    ...hdrArgs(video, s),
  ];
  if (video.codec === "vp9")
    return [...common, ...vp9Args(video, s, options), ...passArgs(video, s, index, options)];
  if (video.codec === "av1") return [...common, ...av1Args(video, s, options.threads)];
  const tuned = [
    ...common,
    `-preset:${s}`,
    video.preset,
    ...(video.tune ? [`-tune:${s}`, video.tune] : []),
    ...(video.profile ? [`-profile:${s}`, video.profile] : []),
  ];
  return video.codec === "h265"
    ? [...tuned, ...tag, ...h265Args(video, s, index, { ...options, isStream: job.container === "ts" })]
    : [...tuned, ...h264Args(video, s, options), ...passArgs(video, s, index, options), ...tag];
}

export const isTwoPass = ({ rateControl, isCopy }: PlannedVideo): boolean =>
  !isCopy && rateControl.mode === "vbr" && rateControl.twoPass;

/** Keyframes come by time, so that every rung and every segment breaks at the same frame even when the rate varies. */
const byTime = (video: PlannedVideo, s: string, { lateSeconds = 0 }: VideoArgsOptions) => [
  `-force_key_frames:${s}`,
  `expr:gte(t${lateSeconds === 0 ? "" : `+${lateSeconds.toFixed(6)}`},n_forced*${video.gopSeconds})`,
];

/** Keyframes by count, never sooner than they are due: a segment then ends at the first one after its time. */
const framesPerGop = (video: PlannedVideo) =>
  String(Math.max(1, Math.ceil((video.frameRate ?? 30) * video.gopSeconds - 0.05)));

function h264Args(video: PlannedVideo, s: string, options: VideoArgsOptions): string[] {
  return [
    ...(video.level ? [`-level:${s}`, video.level] : []),
    `-g:${s}`,
    "9999",
    `-sc_threshold:${s}`,
    "0",
    `-x264-params:${s}`,
    "open-gop=0",
    ...(video.isSentInOrder ? [`-bf:${s}`, "0"] : []),
    ...byTime(video, s, options),
    ...rateArgs(video, s),
  ];
}

function h265Args(
  video: PlannedVideo,
  s: string,
  index: number,
  options: VideoArgsOptions & { isStream: boolean },
): string[] {
  const metadata = video.hdr?.metadata ?? null;
  const params = [
    "log-level=error",
    "open-gop=0",
    "scenecut=0",
    "keyint=9999",
    "min-keyint=1",
    // A transport stream may be entered anywhere, and HDR metadata count from keyframe to keyframe: both come with each.
    `repeat-headers=${options.isStream || metadata !== null ? 1 : 0}`,
    ...(metadata === null
      ? []
      : [...(video.hdr?.transfer === "smpte2084" ? ["hdr10=1"] : []), ...x265HdrParams(metadata)]),
    `pools=${options.threads}`,
    ...(video.level ? [`level-idc=${video.level}`] : []),
    ...(isTwoPass(video) ? [`pass=${options.pass}`, `stats=${escaped(passLog(index, options))}`] : []),
    ...vbvParams(video),
  ];
  return [...byTime(video, s, options), ...rateArgs(video, s), `-x265-params:${s}`, params.join(":")];
}

/** A CRF as the quality from 100 to 0 that WebP counts in. */
function webpArgs({ encoder, pixelFormat, rateControl, preset }: PlannedVideo, s: string): string[] {
  const crf = rateControl.mode === "crf" ? rateControl.crf : 0;
  return [
    ...[`-c:${s}`, encoder, `-pix_fmt:${s}`, pixelFormat],
    ...[`-quality:${s}`, String(Math.round(100 - (crf * 100) / 63))],
    ...[`-compression_level:${s}`, String(WEBP_EFFORTS[preset])],
  ];
}

function vp9Args(video: PlannedVideo, s: string, options: VideoArgsOptions): string[] {
  const gop = framesPerGop(video);
  return [
    `-deadline:${s}`,
    "good",
    `-cpu-used:${s}`,
    String(VP9_SPEEDS[video.preset]),
    `-row-mt:${s}`,
    "1",
    `-tile-columns:${s}`,
    "2",
    `-g:${s}`,
    gop,
    `-keyint_min:${s}`,
    gop,
    ...byTime(video, s, options),
    ...rateArgs(video, s),
  ];
}

function av1Args(video: PlannedVideo, s: string, threads: number): string[] {
  return [
    `-preset:${s}`,
    String(AV1_PRESETS[video.preset]),
    `-g:${s}`,
    framesPerGop(video),
    ...rateArgs(video, s),
    `-svtav1-params:${s}`,
    [`lp=${threads}`, ...(video.hdr?.metadata ? svtHdrParams(video.hdr.metadata) : [])].join(":"),
  ];
}

/** Bit rate or quality, and the cap of the peaks; the buffer holds 1.5 s of the cap unless the template says. */
function rateArgs(video: PlannedVideo, s: string): string[] {
  const { rateControl } = video;
  if (rateControl.mode === "cbr") {
    const k = `${rateControl.kbps}k`;
    return [`-b:${s}`, k, `-minrate:${s}`, k, `-maxrate:${s}`, k, `-bufsize:${s}`, k];
  }
  const cap = rateControl.maxKbps;
  // SVT-AV1 takes a cap that equals the rate for a constant bit rate, which it has not in this mode.
  const isConstant = video.codec === "av1" && rateControl.mode === "vbr" && cap === rateControl.kbps;
  const capped =
    cap === undefined || video.codec === "h265" || isConstant
      ? []
      : [`-maxrate:${s}`, `${cap}k`, `-bufsize:${s}`, `${rateControl.bufferKbits ?? Math.round(cap * 1.5)}k`];
  if (rateControl.mode === "vbr") return [`-b:${s}`, `${rateControl.kbps}k`, ...capped];
  // libvpx: quality within a cap is "-b:v cap -crf", pure quality is "-b:v 0".
  const vpx = video.codec === "vp9" ? [`-b:${s}`, cap === undefined ? "0" : `${cap}k`] : [];
  return [`-crf:${s}`, String(rateControl.crf), ...vpx, ...capped];
}

function vbvParams({ rateControl }: PlannedVideo): string[] {
  if (rateControl.mode === "cbr" || rateControl.maxKbps === undefined) return [];
  const buffer = rateControl.bufferKbits ?? Math.round(rateControl.maxKbps * 1.5);
  return [`vbv-maxrate=${rateControl.maxKbps}`, `vbv-bufsize=${buffer}`];
}

/** A statistics file per rung: with one name for all, each would read the last one's. */
function passArgs(video: PlannedVideo, s: string, index: number, options: VideoArgsOptions): string[] {
  if (!isTwoPass(video)) return [];
  return [`-pass:${s}`, String(options.pass), `-passlogfile:${s}`, passLog(index, options)];
}

const passLog = (index: number, { folder }: VideoArgsOptions) => join(folder, `pass_${index}`);

/** A value inside ffmpeg's "key=value:key=value". */
const escaped = (value: string) => value.replace(/[\\':=]/g, "\\$&");

function hdrArgs({ hdr }: PlannedVideo, s: string): string[] {
  if (hdr === null) return [];
  return [
    `-color_primaries:${s}`,
    hdr.primaries,
    `-color_trc:${s}`,
    hdr.transfer,
    `-colorspace:${s}`,
    hdr.matrix,
  ];
}

function tagArgs({ codec }: PlannedVideo, s: string, job: JobPlan): string[] {
  const tag = TAGS[codec];
  const isMp4 = MP4_FAMILY.includes(job.container) && job.packaging !== "ts";
  return isMp4 && tag !== undefined ? [`-tag:${s}`, tag] : [];
}

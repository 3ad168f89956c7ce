import { join } from "node:path";
import { PRIMARY_EXTENSION } from "#lib/media/encode-spec.ts";
import { filterGraph } from "#lib/media/filter-graph.ts";
import { fileUrl, untrustedInputArgs } from "#lib/media/input-args.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedAudio, PlannedRendition, PlannedVideo } from "#lib/media/planned-rendition.ts";

export type ArgsOptions = {
  sourcePath: string;
  /** Absolute folder that a job's files go into. */
  outputDirOf: (key: string) => string;
  threads: number;
};

/** Names of what ffmpeg writes into a job's folder; package-job renames it all for publication. */
export const RAW = {
  file: (container: JobPlan["container"]) => `media${PRIMARY_EXTENSION[container]}`,
  manifest: "manifest.mpd",
  init: (index: number) => `init_${index}.mp4`,
  segment: (index: number, number: number) => `seg_${index}_${String(number).padStart(5, "0")}.m4s`,
  playlist: (index: number) => `list_${index}.m3u8`,
} as const;

/** Spells a planned run as ffmpeg's arguments. Decides nothing. */
export function ffmpegArgs(run: EncodeRun, options: ArgsOptions): string[] {
  const { graph, labels } = filterGraph(run);
  return [
    "-nostdin",
    "-hide_banner",
    "-loglevel",
    "level+warning",
    "-y",
    "-progress",
    "pipe:1",
    "-nostats",
    "-stats_period",
    "1",
    "-threads",
    String(options.threads),
    ...(run.clip && run.clip.startSeconds > 0 ? ["-ss", seconds(run.clip.startSeconds)] : []),
    ...(run.clip?.durationSeconds ? ["-t", seconds(run.clip.durationSeconds)] : []),
    ...untrustedInputArgs(options.sourcePath, { demuxer: run.demuxer }),
    ...(graph ? ["-filter_complex_threads", String(options.threads), "-filter_complex", graph] : []),
    ...run.jobs.flatMap((job, index) => jobArgs(job, labels[index] ?? [], options)),
  ];
}

function jobArgs(job: JobPlan, videoLabels: string[], options: ArgsOptions): string[] {
  const folder = options.outputDirOf(job.key);
  const clean = [
    "-map_metadata",
    "-1",
    "-map_chapters",
    "-1",
    "-sn",
    "-dn",
    "-max_muxing_queue_size",
    "4096",
  ];
  const videos = job.renditions.filter((rendition) => rendition.kind === "video");
  const audios = job.renditions.filter((rendition) => rendition.kind === "audio");
  // A transport stream carries its own copy of the sound in every rung.
  const repeated = job.packaging === "ts" ? videos.flatMap(() => audios) : audios;
  return [
    ...videoLabels.flatMap((label) => ["-map", `[${label}]`]),
    ...repeated.flatMap((audio) => ["-map", `0:${audio.sourceIndex}`]),
    ...clean,
    ...(videos.length > 0 ? ["-fps_mode", "vfr"] : []),
    ...videos.flatMap((video, index) => videoArgs(video, index, job, options.threads)),
    ...repeated.flatMap((audio, index) => audioArgs(audio, index)),
    ...muxerArgs(job, folder, videos.length, audios.length),
  ];
}

function videoArgs(video: PlannedVideo, index: number, job: JobPlan, threads: number): string[] {
  const s = `v:${index}`;
  const common = [
    `-c:${s}`,
    video.encoder,
    `-pix_fmt:${s}`,
    video.pixelFormat,
    `-threads:${s}`,
    String(threads),
  ];
  // Keyframes come by time, so that every rung and every segment breaks at the same frame even when the rate varies.
  const byTime = [`-force_key_frames:${s}`, `expr:gte(t,n_forced*${video.gopSeconds})`];
  const maxGop = Math.max(1, Math.round((video.frameRate ?? 30) * video.gopSeconds));
  const rate = rateArgs(video, s);
  if (video.codec === "vp9") {
    return [
      ...common,
      `-deadline:${s}`,
      "good",
      `-cpu-used:${s}`,
      "4",
      `-row-mt:${s}`,
      "1",
      `-tile-columns:${s}`,
      "2",
      `-g:${s}`,
      String(maxGop),
      `-keyint_min:${s}`,
      String(maxGop),
      ...byTime,
      ...rate,
    ];
  }
  const tagged = [
    ...common,
    `-preset:${s}`,
    video.preset,
    ...(video.tune ? [`-tune:${s}`, video.tune] : []),
    ...(video.profile ? [`-profile:${s}`, video.profile] : []),
  ];
  if (video.codec === "h265") {
    const params = [
      "log-level=error",
      "open-gop=0",
      "scenecut=0",
      "keyint=9999",
      "min-keyint=1",
      "repeat-headers=0",
      `pools=${threads}`,
      ...(video.level ? [`level-idc=${video.level}`] : []),
      ...vbvParams(video),
    ];
    return [...tagged, `-tag:${s}`, "hvc1", ...byTime, ...rate, `-x265-params:${s}`, params.join(":")];
  }
  return [
    ...tagged,
    ...(video.level ? [`-level:${s}`, video.level] : []),
    `-g:${s}`,
    "9999",
    `-sc_threshold:${s}`,
    "0",
    `-x264-params:${s}`,
    "open-gop=0",
    ...byTime,
    ...rate,
    ...(job.packaging === "ts" ? [] : [`-tag:${s}`, "avc1"]).filter(() => job.container !== "mkv"),
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
  const capped =
    cap === undefined || video.codec === "h265"
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

function audioArgs(audio: PlannedAudio, index: number): string[] {
  const s = `a:${index}`;
  return [
    `-filter:${s}`,
    `aresample=async=1:first_pts=0,aformat=sample_rates=${audio.sampleRate}:channel_layouts=${audio.layout}`,
    `-c:${s}`,
    audio.encoder,
    `-b:${s}`,
    `${audio.kbps}k`,
    ...(audio.language ? [`-metadata:s:${s}`, `language=${audio.language}`] : []),
    `-disposition:${s}`,
    audio.isDefault ? "default" : "0",
  ];
}

const FILE_MUXERS: Partial<Record<JobPlan["container"], { format: string; flags: string[] }>> = {
  mp4: { format: "mp4", flags: ["-movflags", "+faststart"] },
  mov: { format: "mov", flags: ["-movflags", "+faststart"] },
  m4a: { format: "ipod", flags: ["-movflags", "+faststart"] },
  mkv: { format: "matroska", flags: [] },
  webm: { format: "webm", flags: [] },
  mp3: { format: "mp3", flags: ["-id3v2_version", "3"] },
};

function muxerArgs(job: JobPlan, folder: string, videoCount: number, audioCount: number): string[] {
  if (job.packaging === "file") {
    const muxer = FILE_MUXERS[job.container];
    if (!muxer) throw new Error(`no muxer for ${job.container}; unsupportedOptions should have refused it`);
    return [...muxer.flags, "-f", muxer.format, fileUrl(join(folder, RAW.file(job.container)))];
  }
  if (job.packaging === "ts") {
    const variants = Array.from({ length: videoCount }, (_, index) =>
      [`v:${index}`, ...(audioCount > 0 ? [`a:${index}`] : [])].join(","),
    );
    return [
      "-f",
      "hls",
      "-hls_time",
      String(job.segmentSeconds),
      "-hls_playlist_type",
      "vod",
      "-hls_list_size",
      "0",
      "-hls_flags",
      "independent_segments",
      "-hls_segment_type",
      "mpegts",
      "-var_stream_map",
      variants.join(" "),
      "-hls_segment_filename",
      fileUrl(join(folder, "seg_%v_%05d.ts")),
      fileUrl(join(folder, "list_%v.m3u8")),
    ];
  }
  const streams = Array.from({ length: videoCount + audioCount }, (_, index) => index);
  return [
    "-f",
    "dash",
    "-dash_segment_type",
    "mp4",
    "-seg_duration",
    String(job.segmentSeconds),
    "-use_template",
    "1",
    "-use_timeline",
    "1",
    // A set for each rung: the muxer refuses rungs whose rounded sizes differ in aspect inside one set.
    // CMAF: no edit lists, and presentation starts at zero, which players that ignore edit lists need.
    "-format_options",
    "movflags=+cmaf+negative_cts_offsets",
    "-adaptation_sets",
    streams.map((index) => `id=${index},streams=${index}`).join(" "),
    "-init_seg_name",
    "init_$RepresentationID$.mp4",
    "-media_seg_name",
    "seg_$RepresentationID$_$Number%05d$.m4s",
    fileUrl(join(folder, RAW.manifest)),
  ];
}

/** Plain decimal, never an exponent. */
const seconds = (value: number): string => String(Math.round(value * 1000) / 1000);

/** Position of a rendition among the streams that its job writes. */
export const streamIndex = (job: JobPlan, rendition: PlannedRendition): number => {
  const videos = job.renditions.filter((other) => other.kind === "video");
  const audios = job.renditions.filter((other) => other.kind === "audio");
  return rendition.kind === "video" ? videos.indexOf(rendition) : videos.length + audios.indexOf(rendition);
};

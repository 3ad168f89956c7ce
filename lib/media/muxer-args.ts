import { join } from "node:path";
import { PRIMARY_EXTENSION } from "#lib/media/encode-spec.ts";
import { isSegmentedContainer, MUXERS } from "#lib/media/fits.ts";
import { fileUrl } from "#lib/media/input-args.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";

/** Names of what ffmpeg writes into a job's folder; package-job renames it all for publication. */
export const RAW = {
  file: (container: JobPlan["container"]) => `media${PRIMARY_EXTENSION[container]}`,
  manifest: "manifest.mpd",
  init: (index: number) => `init_${index}.mp4`,
  segment: (index: number, number: number) => `seg_${index}_${String(number).padStart(5, "0")}.m4s`,
  chunk: (index: number) => `chunk_${index}.mp4`,
  playlist: (index: number) => `list_${index}.m3u8`,
  stills: "still_%05d.jpg",
  still: (number: number) => `still_${String(number).padStart(5, "0")}.jpg`,
  /** The subtitles that are drawn on the picture. */
  burn: "burn.ass",
  /** Subtitles of a clip, before they become what the container has. */
  clipped: (name: string) => `${name}.ass`,
  subtitles: (name: string) => `${name}.vtt`,
} as const;

const FASTSTART = ["-movflags", "+faststart"];

const FILE_FLAGS: Partial<Record<JobPlan["container"], readonly string[]>> = {
  mp4: FASTSTART,
  mov: FASTSTART,
  m4a: FASTSTART,
  // A fragment per keyframe and an index of them all at the start. What comes first is written when the first fragment is
  // known, so that an edit list takes off the encoders' delays, which differ between sound and picture.
  fmp4: ["-movflags", "+frag_keyframe+delay_moov+default_base_moof+global_sidx"],
  mp3: ["-id3v2_version", "3"],
  gif: ["-loop", "0"],
  webp: ["-loop", "0"],
};

/** The muxer of a job with its options, and the file that it writes. */
export function muxerArgs(job: JobPlan, folder: string, videoCount: number, audioCount: number): string[] {
  if (job.packaging === "ts") return transportArgs(job, folder, videoCount, audioCount);
  if (job.packaging === "cmaf") return cmafArgs(job, folder, videoCount + audioCount);
  if (isSegmentedContainer(job.container)) throw new Error(`${job.container} is no single file`);
  return [
    ...(FILE_FLAGS[job.container] ?? []),
    "-f",
    MUXERS[job.container],
    fileUrl(join(folder, RAW.file(job.container))),
  ];
}

function transportArgs(job: JobPlan, folder: string, videoCount: number, audioCount: number): string[] {
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

function cmafArgs(job: JobPlan, folder: string, streamCount: number): string[] {
  const streams = Array.from({ length: streamCount }, (_, index) => index);
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

import { join } from "node:path";
import { filterGraph } from "#lib/media/filter-graph.ts";
import {
  audiosOf,
  CLEAN,
  graphArgs,
  jobArgs,
  startArgs,
  inputArgs,
  textFiles,
  videosOf,
  type ArgsOptions,
} from "#lib/media/ffmpeg-args.ts";
import { fileUrl, untrustedInputArgs } from "#lib/media/input-args.ts";
import { RAW } from "#lib/media/muxer-args.ts";
import type { Chunk } from "#lib/media/plan-chunks.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedAudio } from "#lib/media/planned-rendition.ts";
import { encodedSoundArgs, soundsApart } from "#lib/media/sound-args.ts";
import { videoArgs } from "#lib/media/video-args.ts";

/** Decoding begins this much before a chunk: for filters that look back, and groups of pictures that are not closed. */
const LEAD_SECONDS = 1;

/**
 * The process that encodes one chunk of a run's picture, every rendition from one decode, each into a file that starts
 * at zero. Times inside are the source's own (`-copyts -start_at_zero`), as in the process that encodes a run whole, so
 * that what comes and goes by time is drawn alike, and each frame falls into exactly one chunk.
 */
export function chunkArgs(run: EncodeRun, chunk: Chunk, options: ArgsOptions): string[] {
  const from = Math.max(0, (chunk.fromSeconds ?? 0) - LEAD_SECONDS);
  const { graph, labels } = filterGraph(run, textFiles(options), trimOf(chunk));
  return [
    ...startArgs("level+warning", options),
    "-copyts",
    "-start_at_zero",
    // Frames before the chunk go through the filters, and fall away after them.
    ...(from > 0 ? ["-noaccurate_seek", "-ss", micros(from)] : []),
    ...untrustedInputArgs(options.sourcePath, { demuxer: run.demuxer }),
    ...graphArgs(graph, options),
    ...run.jobs.flatMap((job, jobIndex) =>
      videosOf(job).flatMap((video, index) => [
        ...["-map", labels[jobIndex]?.[index] ?? "", ...CLEAN, "-fps_mode", "vfr"],
        ...videoArgs(video, 0, job, {
          threads: options.threads,
          folder: options.outputDirOf(job.key),
          pass: 2,
          lateSeconds: chunk.lateSeconds,
        }),
        ...["-output_ts_offset", micros(-chunk.startSeconds)],
        // An encoder counts in whole frames: a first one that comes out before zero would be hidden by an edit list.
        ...["-use_editlist", "0"],
        ...["-f", "mp4", fileUrl(chunkPath(options.outputDirOf(job.key), index))],
      ]),
    ),
  ];
}

/** Where a chunk's picture of a rendition lies in its job's folder. */
export const chunkPath = (folder: string, videoIndex: number) => join(folder, RAW.chunk(videoIndex));

function trimOf({ fromSeconds, toSeconds }: Chunk): string[] {
  const ends = [
    ...(fromSeconds === null ? [] : [`start=${micros(fromSeconds)}`]),
    ...(toSeconds === null ? [] : [`end=${micros(toSeconds)}`]),
  ];
  return ends.length === 0 ? [] : [`trim=${ends.join(":")}`];
}

export type JoinOptions = ArgsOptions & {
  /** List of a rendition's chunks, for ffmpeg's concat demuxer. */
  chunkListOf: (key: string, videoIndex: number) => string;
  /** When the first frame is shown. */
  startSeconds: number;
  /** The sounds that are encoded already ({@link soundsApart}); null when none are. */
  soundFile: string | null;
};

/**
 * The process that makes of a run's chunks what one process would have made: the picture copied, and what sound was
 * encoded beside it; the rest of the sound encoded.
 */
export function joinArgs(run: EncodeRun, options: JoinOptions): string[] {
  const lists = run.jobs.flatMap((job) =>
    videosOf(job).map((_, index) => options.chunkListOf(job.key, index)),
  );
  const sounds = options.soundFile === null ? [] : soundsApart(run).map(({ audio }) => audio);
  let input = 0;
  return [
    ...startArgs("level+warning", options),
    ...inputArgs(run, options),
    ...lists.flatMap((list) => ["-itsoffset", micros(options.startSeconds), ...chunkListArgs(list)]),
    ...(options.soundFile === null ? [] : encodedSoundArgs(options.soundFile)),
    ...run.jobs.flatMap((job, jobIndex) => {
      const video = videosOf(job).map(() => `${(input += 1)}:0`);
      const audio = audiosOf(job).map((planned) =>
        sounds.includes(planned)
          ? `${1 + lists.length}:${sounds.indexOf(planned)}`
          : `0:${planned.sourceIndex}`,
      );
      return jobArgs(copied(job, sounds), jobIndex, { video, audio }, options);
    }),
  ];
}

/** Opens a list that we wrote, of files that we encoded. */
export const chunkListArgs = (list: string): string[] => [
  ...["-protocol_whitelist", "file", "-format_whitelist", "concat,mov"],
  // Converting would write parameter sets into every keyframe, which MP4 has in its header.
  ...["-f", "concat", "-auto_convert", "0", "-i", fileUrl(list)],
];

const copied = (job: JobPlan, sounds: readonly PlannedAudio[]): JobPlan => ({
  ...job,
  renditions: job.renditions.map((rendition) =>
    rendition.kind === "video" || sounds.includes(rendition) ? { ...rendition, isCopy: true } : rendition,
  ),
});

/** Plain decimal with six places, never an exponent. */
const micros = (seconds: number): string => seconds.toFixed(6);

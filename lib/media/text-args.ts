import { join } from "node:path";
import { startArgs, videosOf, type ArgsOptions } from "#lib/media/ffmpeg-args.ts";
import { fileUrl, untrustedInputArgs } from "#lib/media/input-args.ts";
import { RAW } from "#lib/media/muxer-args.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";

/**
 * The process that takes text out of the source before a job is encoded; null where there is none to take. All of it is
 * taken, whatever the clip, so that a line that is up when the clip begins is not lost.
 *
 * Subtitles that are drawn on the picture: the filter reads that file, and given the source, it would open it with no list
 * of what may be opened. Subtitles that a clip carries: ffmpeg gives those that began before the clip times below zero, and
 * moves everything for their sake (clip-subtitles).
 */
export function textArgs(run: EncodeRun, job: JobPlan, options: ArgsOptions): string[] | null {
  const burnIndex = videosOf(job)[0]?.burnIndex ?? null;
  const wanted = [
    ...(burnIndex === null ? [] : [{ index: burnIndex, file: RAW.burn as string }]),
    ...(job.clip === null
      ? []
      : job.subtitles.map(({ name, sourceIndex }) => ({ index: sourceIndex, file: RAW.clipped(name) }))),
  ];
  if (wanted.length === 0) return null;
  return [
    ...startArgs("level+warning", options),
    ...untrustedInputArgs(options.sourcePath, { demuxer: run.demuxer }),
    ...wanted.flatMap(({ index, file }) => [
      ...["-map", `0:${index}`, "-map_metadata", "-1", "-map_chapters", "-1"],
      ...["-c:s", "ass", "-f", "ass", fileUrl(join(options.outputDirOf(job.key), file))],
    ]),
  ];
}

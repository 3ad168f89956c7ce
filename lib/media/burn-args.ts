import { join } from "node:path";
import { startArgs, videosOf, type ArgsOptions } from "#lib/media/ffmpeg-args.ts";
import { fileUrl, untrustedInputArgs } from "#lib/media/input-args.ts";
import { RAW } from "#lib/media/muxer-args.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";

/**
 * The process that takes the subtitles which are drawn on a job's picture out of the source; null when there are none.
 * The filter reads that file: given the source, it would open it with no list of what may be opened. All of the text is
 * taken, whatever the clip, so that a line that is up when the clip begins is not lost.
 */
export function burnArgs(run: EncodeRun, job: JobPlan, options: ArgsOptions): string[] | null {
  const index = videosOf(job)[0]?.burnIndex ?? null;
  if (index === null) return null;
  return [
    ...startArgs("level+warning", options),
    ...untrustedInputArgs(options.sourcePath, { demuxer: run.demuxer }),
    ...["-map", `0:${index}`, "-map_metadata", "-1", "-map_chapters", "-1"],
    ...["-c:s", "ass", "-f", "ass", fileUrl(join(options.outputDirOf(job.key), RAW.burn))],
  ];
}

import { analysisArgs, ffmpegArgs, type ArgsOptions } from "#lib/media/ffmpeg-args.ts";
import type { EncodeRun } from "#lib/media/plan-encode.ts";
import { stillsArgs } from "#lib/media/stills-args.ts";
import { textArgs } from "#lib/media/text-args.ts";

/**
 * Arguments of every ffmpeg that makes a run's results when it is encoded whole, in their order (encode.ts): taking text
 * out of the source, a first pass, the encode, stills. What only measures results is not among them.
 */
export function runCommands(run: EncodeRun, options: ArgsOptions): string[][] {
  return [
    ...run.jobs.map((job) => textArgs(run, job, options)),
    analysisArgs(run, options),
    ffmpegArgs(run, options),
    ...run.jobs.map((job) => stillsArgs(run, job, options)),
  ].filter((args) => args !== null);
}

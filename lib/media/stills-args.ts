import { join } from "node:path";
import { inputArgs, startArgs, textFiles, type ArgsOptions } from "#lib/media/ffmpeg-args.ts";
import { filterGraph } from "#lib/media/filter-graph.ts";
import { fileUrl } from "#lib/media/input-args.ts";
import { RAW } from "#lib/media/muxer-args.ts";
import { asJpeg } from "#lib/media/picture-matrix.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";
import { STILL_RATE, type PlannedStills } from "#lib/media/plan-stills.ts";

/** The process that makes a job's pictures, from the source with the job's edits; null when it has none. */
export function stillsArgs(run: EncodeRun, job: JobPlan, options: ArgsOptions): string[] | null {
  const { stills } = job;
  if (stills === null) return null;
  const own: EncodeRun = { ...run, jobs: [{ ...job, renditions: [stills.video] }] };
  const { graph } = filterGraph(own, textFiles(options));
  const { sheet } = stills;
  const chosen = [
    ...(stills.times === null ? everyInterval(stills) : atTimes(stills.times)),
    ...(sheet === null ? [] : [`tile=${sheet.columns}x${sheet.rows}`]),
    asJpeg(stills.video.matrix),
  ];
  return [
    ...startArgs("level+warning", options),
    ...(stills.isKeyframesOnly ? ["-skip_frame", "nokey"] : []),
    ...inputArgs(own, options),
    "-filter_complex",
    `${graph ?? ""};[j0v0]${chosen.join(",")}[stills]`,
    "-map",
    "[stills]",
    "-an",
    "-fps_mode",
    "passthrough",
    "-c:v",
    "mjpeg",
    "-pix_fmt",
    "yuvj420p",
    "-q:v",
    "3",
    "-f",
    "image2",
    fileUrl(join(options.outputDirOf(job.key), RAW.stills)),
  ];
}

/** The last frame stays until the end, so that as many pictures come as were planned. */
const stay = (seconds: number) => `tpad=stop_mode=clone:stop_duration=${Math.ceil(seconds)}`;

const everyInterval = ({ intervalSeconds, count }: PlannedStills) => [
  stay(intervalSeconds * count),
  `fps=1/${intervalSeconds}:round=down:start_time=0`,
  `trim=end_frame=${count}`,
];

/** At a steady rate a time is the number of a frame. */
function atTimes(times: readonly number[]): string[] {
  const frames = times.map((seconds) => Math.round(seconds * STILL_RATE));
  const last = frames.at(-1) ?? 0;
  return [
    stay(last / STILL_RATE + 1),
    `fps=${STILL_RATE}:round=down:start_time=0`,
    `trim=end_frame=${last + 1}`,
    `select=${frames.map((frame) => `eq(n\\,${frame})`).join("+")}`,
  ];
}

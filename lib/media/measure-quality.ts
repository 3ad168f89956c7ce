import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { FailureError } from "#lib/errors.ts";
import { evidenceLines } from "#lib/media/classify-failure.ts";
import { rawDirOf } from "#lib/media/encode.ts";
import { inputArgs, textFiles, videosOf, type ArgsOptions } from "#lib/media/ffmpeg-args.ts";
import { filterGraph } from "#lib/media/filter-graph.ts";
import { ownInputArgs, untrustedInputArgs } from "#lib/media/input-args.ts";
import type { PackagedJob } from "#lib/media/package-job.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedVideo } from "#lib/media/planned-rendition.ts";
import { qualityReader, type RenditionQuality } from "#lib/media/quality-curve.ts";
import { runTool, type Tools } from "#lib/media/run-tool.ts";

export type QualityOptions = {
  tools: Tools;
  sourcePath: string;
  workDir: string;
  /** The publish folder (package-job's publishDirOf). */
  dir: string;
  signal?: AbortSignal | undefined;
};

const LEAST_SECONDS = 600;
/** Two decodes and a comparison are not slower than this, whatever the size. */
const LEAST_SPEED = 1 / 30;
/** Milliseconds: two clocks that round the same time differ by less, and frames are further apart. */
const SLACK = 4;

/**
 * Compares every encoded picture of a packaged job with its source, filtered and scaled as for the encoder, so that only
 * what encoding did is measured: SSIM, PSNR or both, as the template asks. By the rendition's name; empty when it asks
 * for neither.
 * @throws FailureError OUTPUT_VERIFICATION_FAILED when a result cannot be compared; the signal's reason when aborted
 */
export async function measureQuality(
  run: EncodeRun,
  job: JobPlan,
  packaged: PackagedJob,
  options: QualityOptions,
): Promise<Map<string, RenditionQuality>> {
  const found = new Map<string, RenditionQuality>();
  if (job.quality.length === 0) return found;
  for (const video of videosOf(job).filter(({ isCopy }) => !isCopy)) {
    const joined = join(options.workDir, job.key, "compared");
    const input = await resultInput(job, video, packaged, { dir: options.dir, joined });
    try {
      found.set(video.name, await compare({ run, job, video, input }, options));
    } finally {
      await rm(joined, { recursive: true, force: true });
    }
  }
  return found;
}

type Input = { path: string; args: string[] };

/** The result as one file: itself, or its segments put together in a folder of their own. */
async function resultInput(
  job: JobPlan,
  video: PlannedVideo,
  packaged: PackagedJob,
  { dir, joined }: { dir: string; joined: string },
): Promise<Input> {
  if (job.packaging === "file") {
    const path = join(dir, packaged.primary);
    return { path, args: untrustedInputArgs(path) };
  }
  const measured = packaged.renditions.find(({ plan }) => plan === video || plan.name === video.name);
  if (measured === undefined) throw new Error(`no segments of ${video.name}`);
  const parts = new Set([
    ...(measured.init === null ? [] : [measured.init]),
    ...measured.segments.map((segment) => segment.path),
  ]);
  const demuxer = measured.init === null ? "mpegts" : "mov";
  const [first = ""] = parts;
  if (parts.size === 1) return { path: join(dir, first), args: ownInputArgs(join(dir, first), demuxer) };
  await mkdir(joined, { recursive: true, mode: 0o755 });
  const path = join(joined, "media");
  for (const part of parts) await appendFile(path, await readFile(join(dir, part)), { mode: 0o644 });
  return { path, args: ownInputArgs(path, demuxer) };
}

type Compared = { run: EncodeRun; job: JobPlan; video: PlannedVideo; input: Input };

async function compare(compared: Compared, options: QualityOptions): Promise<RenditionQuality> {
  const { job, video, input } = compared;
  const { tools, signal, sourcePath, workDir } = options;
  const raw = rawDirOf(workDir, job.key);
  const reader = qualityReader();
  const result = await runTool({
    tool: "ffmpeg",
    args: qualityArgs(compared, { sourcePath, outputDirOf: () => raw, threads: tools.threads }),
    tools,
    readPaths: [sourcePath, input.path, raw],
    signal,
    timeoutSeconds: LEAST_SECONDS + (job.expectedDurationSeconds ?? 7200) / LEAST_SPEED,
    onStdout: reader.push,
  });
  if (signal?.aborted) throw signal.reason;
  const quality = reader.result();
  const missing = job.quality.find((metric) => quality[metric] === null);
  if (result.exitCode === 0 && missing === undefined) return quality;
  throw new FailureError(
    "OUTPUT_VERIFICATION_FAILED",
    { check: "quality", detail: `${video.name} cannot be compared with its source` },
    { evidence: evidenceLines(result.stderrTail) },
  );
}

/** Spells the comparison. The source is opened as for the encode, the result as the last input. */
export function qualityArgs({ run, job, video, input }: Compared, options: ArgsOptions): string[] {
  const only = { ...run, jobs: [{ ...job, renditions: [video] }] };
  const source = inputArgs(only, options);
  const { graph, labels } = filterGraph(only, textFiles(options));
  const reference = labels[0]?.[0];
  if (graph === null || reference === undefined) throw new Error(`${video.name} is not encoded`);
  const resultIndex = source.filter((arg) => arg === "-i").length;
  const clock = (shift: number) => `settb=1/1000,setpts=PTS-STARTPTS+${shift}`;
  return [
    ...["-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+warning"],
    ...["-threads", String(options.threads), ...source],
    ...["-threads", String(options.threads), ...input.args],
    "-filter_complex",
    [
      graph,
      `${reference}${clock(0)}${job.quality.length > 1 ? ",split[r0][r1]" : "[r0]"}`,
      // A little later, so that each frame meets the one of its own time and not the one before.
      `[${resultIndex}:v:0]${clock(SLACK)},format=${video.pixelFormat}[m0]`,
      ...job.quality.map((metric, index) => `[m${index}][r${index}]${metric}=shortest=1[m${index + 1}]`),
      `[m${job.quality.length}]metadata=mode=print:file=-[out]`,
    ].join(";"),
    ...["-map", "[out]", "-f", "null", "file:/nothing"],
  ];
}

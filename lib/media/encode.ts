import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FailureError } from "#lib/errors.ts";
import { textArgs } from "#lib/media/text-args.ts";
import { classifyFailure, cleanLine, damageLines, isOutOfMemory } from "#lib/media/classify-failure.ts";
import { clipSubtitles } from "#lib/media/clip-subtitles.ts";
import type { MeasuredLoudness } from "#lib/media/audio-args.ts";
import { joinArgs, type JoinOptions } from "#lib/media/chunk-args.ts";
import {
  analysisArgs,
  audiosOf,
  ffmpegArgs,
  loudnessKey,
  textFileName,
  videosOf,
  type ArgsOptions,
} from "#lib/media/ffmpeg-args.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";
import { prepareImages } from "#lib/media/prepare-images.ts";
import { progressReader, type EncodeProgress } from "#lib/media/progress.ts";
import { shellCommand } from "#lib/media/shell-command.ts";
import { stillsArgs } from "#lib/media/stills-args.ts";
import { loudnessReader } from "#lib/media/read-loudness.ts";
import { runTool, type Tools } from "#lib/media/run-tool.ts";
import { watchForStall } from "#lib/media/watch-for-stall.ts";

export { splitRun } from "#lib/media/plan-encode.ts";

export type EncodeLogLine = { level: "info" | "warning" | "error"; text: string };

export type EncodeOptions = {
  tools: Tools;
  sourcePath: string;
  /** Absolute; a folder per job is made inside it. */
  workDir: string;
  durationSeconds: number | null;
  /** Files of the images and keys that were fetched, by their addresses. */
  assetFiles?: ReadonlyMap<string, string> | undefined;
  onProgress: (progress: EncodeProgress) => void;
  /** The whole command, as it could be pasted into a shell. */
  onCommand: (command: string) => void;
  onLog: (line: EncodeLogLine) => void;
  signal?: AbortSignal | undefined;
  /** Neither media time nor files growing for this long ends the run as TASK_STALLED. */
  stallSeconds?: number | undefined;
  deadlineSeconds: number;
  /** The picture is encoded already, in chunks (encode-chunk), and sound beside them (encode-sound): both are copied. */
  chunks?: (ChunkLists & { sound: EncodedSound }) | undefined;
};

export type ChunkLists = Pick<JoinOptions, "chunkListOf" | "startSeconds"> & {
  /** Absolute folder of the lists and of all that they name. */
  folder: string;
};

export type EncodedSound = {
  /** Below the folder of the run; null when all of it is still to be encoded. */
  file: string | null;
  measured: ReadonlyMap<string, MeasuredLoudness | null>;
  damage: Damage;
};

/** Where a job's encoded files wait for package-job. @throws Error for a key that is no plain name. */
export function rawDirOf(workDir: string, key: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(key)) throw new Error(`a job's key is a plain name, got ${key}`);
  return join(workDir, key, "raw");
}

/**
 * Remarks that mean nothing here: the DASH muxer's about a manifest that is thrown away, libnuma's about the sandbox,
 * SVT-AV1's settings, the font cache, swscale's dislike of JPEG's colour range.
 */
const NOISE =
  /No bit rate set for stream|numa_sched_setaffinity|libnuma: Warning|Failed to genrate CPU mask|^Svt\[info\]|^Fontconfig |deprecated pixel format used/;

/**
 * Runs one planned run: every job and rendition in it from one decode of the source, after a first pass where the run
 * needs one (two-pass encoding, loudness).
 *
 * What ffmpeg says about a damaged source is added to the jobs' warnings (`source_damaged`), since exit code 0 does not
 * mean that the source was whole; whether enough came out is verify-job's question.
 * @throws FailureError by classify-failure, TASK_STALLED, TASK_TIMEOUT; the signal's reason when aborted.
 */
export async function encodeRun(run: EncodeRun, options: EncodeOptions): Promise<void> {
  const { workDir, chunks } = options;
  for (const job of run.jobs) {
    await prepareFolder(job, rawDirOf(workDir, job.key));
    await prepareImages(job, rawDirOf(workDir, job.key), options);
  }
  const argsOptions = argsOptionsOf(options);
  for (const job of run.jobs) {
    const text = textArgs(run, job, argsOptions);
    // A look through the file without decoding pictures: nothing that a percentage would show.
    if (text) await runPass(run, text, { ...options, share: [0, 0] });
    await clipSubtitles(job, rawDirOf(workDir, job.key));
  }
  const first = chunks ? null : analysisArgs(run, argsOptions);
  // A first pass with pictures decodes and encodes; one of sound alone takes a few percent of the time.
  const firstShare = first === null ? 0 : first.includes("-filter_complex") ? 45 : 8;
  const loudness =
    chunks?.sound.measured ?? (await runFirstPass(run, first, { ...options, share: [0, firstShare] }));
  warnOfCompression(run, loudness);
  const mainOptions = { ...argsOptions, loudness };
  const main = chunks
    ? joinArgs(run, { ...mainOptions, ...chunks, soundFile: chunks.sound.file })
    : ffmpegArgs(run, mainOptions);
  const mainShare = run.jobs.some(({ stills }) => stills !== null) ? 95 : 100;
  const damage = await runPass(run, main, {
    ...options,
    share: [firstShare, mainShare],
    // Where the frame rate varies, a chunk's decoding times may begin before the last ones of the chunk before; ffmpeg
    // puts that right, and when frames are shown stays as it was.
    isNoise: (line) => chunks !== undefined && /Non-monoton\w+ DTS/.test(line),
  });
  for (const job of run.jobs) {
    const stills = stillsArgs(run, job, argsOptions);
    if (stills) await runPass(run, stills, { ...options, share: [mainShare, 100] });
  }
  for (const said of [damage, ...(chunks ? [chunks.sound.damage] : [])]) warnOfDamage(run, said);
}

export const argsOptionsOf = ({ sourcePath, workDir, tools }: EncodeOptions): ArgsOptions => ({
  sourcePath,
  outputDirOf: (key) => rawDirOf(workDir, key),
  threads: tools.threads,
});

/** What ffmpeg said about a damaged source: how often, and its first words. */
export type Damage = { count: number; first: string };

export function warnOfDamage(run: EncodeRun, damage: Damage): void {
  if (damage.count === 0) return;
  for (const { warnings } of run.jobs) {
    const known = warnings.find(({ code }) => code === "source_damaged");
    if (known) known.params["count"] = Number(known.params["count"]) + damage.count;
    else warnings.push({ code: "source_damaged", params: { count: damage.count, line: damage.first } });
  }
}

/** The folder that ffmpeg writes to, with the texts that it reads. */
export async function prepareFolder(job: JobPlan, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, { text }] of (videosOf(job)[0]?.texts ?? []).entries())
    await writeFile(join(folder, textFileName(index)), text, { mode: 0o644 });
}

/** One gain for all of a sound would push its peaks above the limit: loudnorm then evens it out as it goes. */
function warnOfCompression(run: EncodeRun, measured: ReadonlyMap<string, MeasuredLoudness | null>): void {
  run.jobs.forEach((job, jobIndex) => {
    audiosOf(job).forEach(({ name, loudness }, index) => {
      const found = measured.get(loudnessKey(jobIndex, index));
      if (!loudness || !found) return;
      const gain = loudness.targetLufs - Number(found.integrated);
      if (Number(found.truePeak) + gain <= loudness.truePeakDb) return;
      const params = { audio: name, gain: Math.round(gain * 10) / 10, peak: loudness.truePeakDb };
      job.warnings.push({ code: "loudness_compressed", params });
    });
  });
}

type PassOptions = EncodeOptions & {
  /** The part of the run's percentage that this process is. */
  share: readonly [number, number];
  isNoise?: (line: string) => boolean;
};

/** The pass before the one that encodes, `args` null for none. @returns what it measured. @throws as {@link encodeRun} */
export async function runFirstPass(
  run: EncodeRun,
  args: string[] | null,
  options: Omit<PassOptions, "isNoise">,
): Promise<EncodedSound["measured"]> {
  const loudness = loudnessReader();
  // It talks at the level "info" for the sake of loudness; the rest of that is of no interest.
  const isNoise = (line: string) => loudness.push(line) || /\[info\]/.test(line);
  if (args) await runPass(run, args, { ...options, isNoise });
  return loudness.measured;
}

/** One ffmpeg of a run. @throws as {@link encodeRun} */
export async function runPass(run: EncodeRun, args: string[], options: PassOptions): Promise<Damage> {
  const { tools, signal, workDir } = options;
  options.onCommand(shellCommand("ffmpeg", args));
  const [from, to] = options.share;
  let percent = from;
  const progress = progressReader({
    durationSeconds: options.durationSeconds,
    onProgress: (state) => {
      percent = from + (state.percent * (to - from)) / 100;
      // How long the second pass takes is not known in the first.
      options.onProgress({ ...state, percent, etaSeconds: to < 100 ? null : state.etaSeconds });
    },
  });
  const log = logSink(options.onLog);
  const stallSeconds = options.stallSeconds ?? 90;
  const watchdog = watchForStall({ stallSeconds, workDir, outSeconds: progress.outSeconds });
  let result;
  try {
    result = await runTool({
      tool: "ffmpeg",
      args,
      tools,
      readPaths: [options.sourcePath, ...(options.chunks ? [options.chunks.folder] : [])],
      writeDir: workDir,
      signal: signal ? AbortSignal.any([signal, watchdog.signal]) : watchdog.signal,
      timeoutSeconds: options.deadlineSeconds,
      onStdout: progress.push,
      onLine: (line) => {
        if (isOutOfMemory(line)) watchdog.hurry();
        if (options.isNoise?.(line) !== true) log.push(line);
      },
    });
  } finally {
    watchdog.stop();
  }
  if (signal?.aborted) throw signal.reason;
  if (result.exitCode !== 0 || result.stopped !== null) {
    const failure = classifyFailure({
      ...result,
      stopped: watchdog.signal.aborted ? "stalled" : result.stopped,
      percent,
      stallSeconds,
      limitSeconds: options.deadlineSeconds,
      gotSeconds: progress.outSeconds(),
      expectedSeconds: options.durationSeconds,
      template: run.jobs[0]?.templateName ?? "",
    });
    throw new FailureError(failure.code, failure.params, failure);
  }
  return log.damage;
}

/** Gives log lines on (their receiver limits how many are kept), and counts those that mean a damaged source. */
function logSink(onLog: EncodeOptions["onLog"]) {
  const damage: Damage = { count: 0, first: "" };
  return {
    damage,
    push: (raw: string) => {
      if (NOISE.test(raw)) return;
      const damaged = damageLines([raw])[0];
      if (damaged !== undefined) {
        damage.count += 1;
        if (damage.count === 1) damage.first = damaged;
      }
      const level = /\[(fatal|panic|error|warning)\]/.exec(raw)?.[1];
      const text = cleanLine(raw.replace(/\[(fatal|panic|error|warning|info|verbose)\] /, ""));
      if (text)
        onLog({ level: level === undefined ? "info" : level === "warning" ? "warning" : "error", text });
    },
  };
}

import { lstat, rm } from "node:fs/promises";
import path from "node:path";

import type { Tx } from "#lib/db/client.ts";
import { FailureError } from "#lib/errors.ts";
import { readPace } from "#lib/jobs/read-pace.ts";
import type { JobPlanView } from "#lib/jobs/view.ts";
import { type ChunkChoice, chooseChunks, type ChunkProspect } from "#lib/media/choose-chunks.ts";
import { listChunks, sourceFrameTimes } from "#lib/media/encode-chunk.ts";
import { type EncodeOptions, encodeRun } from "#lib/media/encode.ts";
import { videosOf } from "#lib/media/ffmpeg-args.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { chunkCount, chunkObstacle, planChunks } from "#lib/media/plan-chunks.ts";
import type { EncodeRun } from "#lib/media/plan-encode.ts";
import { predictSeconds } from "#lib/media/predict-job.ts";
import { type Attempt, withFence } from "#lib/worker/attempt.ts";
import { secondsOf } from "#lib/worker/chunk-progress.ts";
import { offerRun } from "#lib/worker/chunk-rows.ts";
import { chunkKey, type ChunkRunData, hashOf, storedName } from "#lib/worker/chunk-run.ts";
import { ChunkStore } from "#lib/worker/chunk-store.ts";
import { freeBytes, workBytes } from "#lib/worker/disk-space.ts";
import { GatheredChunks } from "#lib/worker/gather-chunks.ts";
import { isTaskWaiting, slotsElsewhere } from "#lib/worker/give-way.ts";
import { stopOf } from "#lib/worker/outcome.ts";

export type ChunkContext = {
  attempt: Attempt;
  media: MediaInfo;
  /** As for the process that encodes the run whole. */
  options: EncodeOptions;
  onInfo: (text: string) => void;
};

type Choice = ChunkChoice & Pick<ChunkProspect, "wholeSeconds">;

/**
 * Encodes a run's picture in chunks, in free slots of this worker and of those that share its folder, too, and makes of
 * them what one process would have made; chunks that an earlier attempt finished are not encoded again. False when the run
 * is better encoded whole, or has to be, since a seam does not fit; nothing of it is left then.
 */
export async function encodeInChunks(run: EncodeRun, context: ChunkContext): Promise<boolean> {
  const { attempt, media } = context;
  if (chunkObstacle(run) !== null) return false;
  const isBegun = (await lstat(attempt.chunksDir).catch(() => null)) !== null;
  const choice = await choose(run, attempt);
  if (!isBegun && !choice.isInChunks) return false;
  // The chunks and what is made of them lie side by side.
  if ((await freeBytes(attempt.dir)) < 2 * workBytes(media.sizeBytes)) return false;
  try {
    return await encode(run, context, choice);
  } catch (error) {
    if (!isSeamFailure(error) || stopOf(error, attempt.signal) !== null) throw error;
    context.onInfo(`encoding it whole: ${String(error.failure.params["detail"])}`);
    await withFence(attempt, (tx) => showChunks(tx, run, { encodeSeconds: choice.wholeSeconds }));
    await rm(attempt.chunksDir, { recursive: true, force: true });
    return false;
  }
}

const isSeamFailure = (error: unknown): error is FailureError =>
  error instanceof FailureError &&
  error.failure.code === "OUTPUT_VERIFICATION_FAILED" &&
  error.failure.params["check"] === "seams";

/** By the slots that are free now, and the speeds that were measured. */
async function choose(run: EncodeRun, attempt: Attempt): Promise<Choice> {
  const { help, workerId, capabilities } = attempt;
  const isWanted = await isTaskWaiting();
  const lengthSeconds = run.expectedDurationSeconds ?? 0;
  const wholeSeconds = predictSeconds(run, await readPace());
  const choice = chooseChunks({
    wholeSeconds,
    lengthSeconds,
    renditions: run.jobs.flatMap(videosOf).length,
    chunks: chunkCount(lengthSeconds),
    ownSlots: isWanted ? 0 : help.lendable(),
    otherSlots: isWanted
      ? 0
      : await slotsElsewhere({ ...help, workerId, ffmpegVersion: capabilities.ffmpegVersion }),
  });
  return { ...choice, wholeSeconds };
}

/** Writes onto the jobs' plans in how many chunks they are encoded, none by default, and how long that is expected to take. */
async function showChunks(
  tx: Tx,
  run: EncodeRun,
  { chunks, encodeSeconds }: { chunks?: number; encodeSeconds: number | null },
): Promise<void> {
  for (const { key: id } of run.jobs) {
    const { plan } = await tx.job.findUniqueOrThrow({ where: { id }, select: { plan: true } });
    // Written by this attempt, from JobPlanView.
    const { chunks: _, prediction, ...view } = plan as unknown as JobPlanView;
    await tx.job.update({
      where: { id },
      data: {
        plan: {
          ...view,
          ...(prediction && { prediction: { ...prediction, encodeSeconds } }),
          ...(chunks !== undefined && { chunks }),
        },
      },
    });
  }
}

/** `choice.isInChunks` false: only what was begun in chunks is gone on with. */
async function encode(
  run: EncodeRun,
  { attempt, media, options, onInfo }: ChunkContext,
  choice: Choice,
): Promise<boolean> {
  const times = await sourceFrameTimes(run, media, options.sourcePath, options);
  const chunks = planChunks(run, times);
  if (chunks.length < 2) return false;
  const sourceKey = hashOf([media.sizeBytes, times]);
  const data: ChunkRunData = {
    run,
    media,
    chunks,
    seconds: secondsOf(chunks),
    sourceKey,
    key: chunkKey({ run, chunks, sourceKey }, attempt.capabilities.ffmpegVersion),
    source: withinData(options.sourcePath, attempt.help.dataDir),
    deadlineSeconds: options.deadlineSeconds,
  };
  const store = new ChunkStore(attempt.chunksDir, data.key);
  const gathered = new GatheredChunks(data, { attempt, store, options });
  const missing = await gathered.findKept();
  const kept = chunks.length - missing.length;
  if (!choice.isInChunks && kept === 0) return false;
  onInfo(`${chunks.length} chunks, ${kept} of them from an earlier attempt`);
  await store.make();
  const runId = await withFence(attempt, async (tx) => {
    await showChunks(tx, run, { chunks: chunks.length, encodeSeconds: choice.seconds });
    const about = { taskId: attempt.task.id, fence: attempt.fence, ...attempt.help, data };
    return offerRun(tx, about, missing);
  });
  const sound = await gathered.encode(runId);
  const fileOf = ({ index }: { index: number }, key: string, at: number) =>
    store.fileOf(index, storedName(key, at));
  const { tools, signal } = attempt;
  const lists = await listChunks(run, chunks, { folder: store.folder, fileOf }, { tools, signal });
  gathered.warn();
  await encodeRun(run, { ...options, chunks: { ...lists, sound }, onProgress: gathered.progress.joining });
  return true;
}

/** Relative to DATA_DIR when it lies in there. */
function withinData(file: string, dataDir: string): string {
  const relative = path.relative(dataDir, file);
  return relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}

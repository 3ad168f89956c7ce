import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { FailureError } from "#lib/errors.ts";
import { chunkArgs, chunkListArgs, chunkPath } from "#lib/media/chunk-args.ts";
import {
  type ChunkLists,
  type Damage,
  type EncodeOptions,
  prepareFolder,
  rawDirOf,
  runPass,
} from "#lib/media/encode.ts";
import { videosOf } from "#lib/media/ffmpeg-args.ts";
import { ownInputArgs, untrustedInputArgs } from "#lib/media/input-args.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { Chunk } from "#lib/media/plan-chunks.ts";
import type { EncodeRun } from "#lib/media/plan-encode.ts";
import { readFrameTimes, readSetup } from "#lib/media/read-frame-times.ts";
import type { Tools } from "#lib/media/run-tool.ts";

/** Reading packets is as fast as the disk; this is for the slowest. */
const READ_SECONDS = 900;
/** Encoders count in frames or in fractions of a millisecond: a source whose rate varies is rounded by as much. */
const MOST_SHIFT_SECONDS = 0.05;

/** Where {@link encodeChunk} puts its picture of a job's rendition. */
export const chunkFile = (workDir: string, key: string, index: number): string =>
  chunkPath(rawDirOf(workDir, key), index);

type ReadOptions = { tools: Tools; signal?: AbortSignal | undefined };

/** When the frames of a source's picture are shown, in seconds from where the source starts. */
export async function sourceFrameTimes(
  run: EncodeRun,
  media: MediaInfo,
  sourcePath: string,
  options: ReadOptions,
): Promise<number[]> {
  const times = await readFrameTimes(untrustedInputArgs(sourcePath, { demuxer: run.demuxer }), {
    ...options,
    stream: String(run.videoIndex),
    readPaths: [sourcePath],
    timeoutSeconds: READ_SECONDS,
  });
  return times.map((time) => Math.round((time - media.startSeconds) * 1e6) / 1e6);
}

/**
 * Encodes one chunk of a run into `options.workDir`, and checks that it holds the frames that it should.
 * @throws FailureError as encodeRun does; OUTPUT_VERIFICATION_FAILED (seams) when a frame is missing or out of order.
 */
export async function encodeChunk(run: EncodeRun, chunk: Chunk, options: EncodeOptions): Promise<Damage> {
  const { workDir, sourcePath, tools } = options;
  const outputDirOf = (key: string) => rawDirOf(workDir, key);
  for (const job of run.jobs) await prepareFolder(job, outputDirOf(job.key));
  const args = chunkArgs(run, chunk, { sourcePath, outputDirOf, threads: tools.threads });
  const damage = await runPass(run, args, {
    ...options,
    share: [0, 100],
    // Said of frames before the chunk, in groups of pictures that are not closed.
    isNoise: (line) => chunk.fromSeconds !== null && line.includes("mmco: unref short failure"),
  });
  for (const job of run.jobs) {
    for (const [index, video] of videosOf(job).entries()) {
      const file = chunkFile(workDir, job.key, index);
      const times = await readFrameTimes(ownInputArgs(file, "mov"), {
        ...options,
        stream: "v:0",
        readPaths: [file],
        timeoutSeconds: READ_SECONDS,
      });
      checkFrames(times, [chunk], `${video.name}, chunk ${chunk.index + 1}`);
    }
  }
  return damage;
}

/**
 * Writes the lists by which a run's chunks are joined, and checks every seam before anything is built on it: all frames
 * are there, in order, where they were, and made for the same decoder.
 * @param place.fileOf where the chunk's picture of a rendition lies; below `folder`, in plain names
 * @throws FailureError OUTPUT_VERIFICATION_FAILED (seams)
 */
export async function listChunks(
  run: EncodeRun,
  chunks: readonly Chunk[],
  place: { folder: string; fileOf: (chunk: Chunk, key: string, index: number) => string },
  options: ReadOptions,
): Promise<ChunkLists> {
  const { folder } = place;
  const chunkListOf = (key: string, index: number) => join(folder, `${key}_${index}.txt`);
  for (const job of run.jobs) {
    for (const [index, video] of videosOf(job).entries()) {
      const list = chunkListOf(job.key, index);
      const fileOf = (chunk: Chunk) => place.fileOf(chunk, job.key, index);
      await writeFile(
        list,
        chunkList(chunks, (chunk) => relative(folder, fileOf(chunk))),
        { mode: 0o644 },
      );
      const read = { ...options, stream: "v:0", readPaths: [folder], timeoutSeconds: READ_SECONDS };
      const times = await readFrameTimes(chunkListArgs(list), read);
      checkFrames(times, chunks, video.name);
      const setups = new Set<string>();
      for (const chunk of chunks) setups.add(await readSetup(ownInputArgs(fileOf(chunk), "mov"), read));
      if (setups.size !== 1) throw seamFailure(`${video.name}: chunks need different decoders`);
    }
  }
  return { chunkListOf, startSeconds: chunks[0]?.startSeconds ?? 0, folder };
}

/** For ffmpeg's concat demuxer: a chunk begins where the source shows its first frame, whatever the one before holds. */
function chunkList(chunks: readonly Chunk[], nameOf: (chunk: Chunk) => string): string {
  const lines = chunks.flatMap((chunk, at) => {
    const next = chunks[at + 1];
    const seconds = next === undefined ? null : next.startSeconds - chunk.startSeconds;
    return [`file '${nameOf(chunk)}'`, ...(seconds === null ? [] : [`duration ${seconds.toFixed(6)}`])];
  });
  return ["ffconcat version 1.0", ...lines, ""].join("\n");
}

/**
 * @param times of the frames of `chunks`, which follow each other; counted from anywhere
 * @throws FailureError when frames are missing, too many, shown twice at a time, or far from where they belong
 */
export function checkFrames(times: readonly number[], chunks: readonly Chunk[], name: string): void {
  const wanted = chunks.reduce((sum, chunk) => sum + chunk.frames, 0);
  if (times.length !== wanted)
    throw seamFailure(`${name}: ${times.length} frames instead of ${wanted} from the source`);
  const twice = times.findIndex((time, at) => at > 0 && time <= (times[at - 1] ?? 0));
  if (twice >= 0) throw seamFailure(`${name}: two frames at ${times[twice]} s`);
  const zero = (times[0] ?? 0) - (chunks[0]?.startSeconds ?? 0);
  let first = 0;
  for (const { startSeconds, frames } of chunks) {
    const shift = (times[first] ?? 0) - startSeconds - zero;
    if (Math.abs(shift) > MOST_SHIFT_SECONDS)
      throw seamFailure(`${name}: the frame of ${startSeconds} s comes ${shift.toFixed(3)} s too late`);
    first += frames;
  }
}

const seamFailure = (detail: string) =>
  new FailureError("OUTPUT_VERIFICATION_FAILED", { check: "seams", detail });

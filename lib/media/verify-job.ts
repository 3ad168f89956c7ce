import { readFile, statfs } from "node:fs/promises";
import { join } from "node:path";
import { FailureError } from "#lib/errors.ts";
import { findFile } from "#lib/media/find-file.ts";
import { formatBytes, formatSeconds } from "#lib/media/format-measure.ts";
import { untrustedInputArgs } from "#lib/media/input-args.ts";
import type { MeasuredRendition } from "#lib/media/measure-rendition.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { PackagedJob } from "#lib/media/package-job.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedRendition } from "#lib/media/planned-rendition.ts";
import { probeHeads, probeOwn } from "#lib/media/probe-own.ts";
import { describePackage, fileRendition, segmentedRendition } from "#lib/media/describe-result.ts";
import { STILLS_FOLDER } from "#lib/media/package-stills.ts";
import { referencedPaths } from "#lib/media/referenced-paths.ts";
import { checkColours } from "#lib/media/verify-colours.ts";
import { checkLoudness } from "#lib/media/verify-loudness.ts";
import { checkPlaylist, foundRendition } from "#lib/media/verify-playlists.ts";
import { checkSegments } from "#lib/media/verify-segments.ts";
import { readWebp } from "#lib/media/read-webp.ts";
import type { RenditionView } from "#lib/media/rendition-view.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import { checkSpans, fileSpans, packageSpans } from "#lib/media/verify-spans.ts";
import { checkTransportStreams } from "#lib/media/verify-transport-streams.ts";

export type VerifiedJob = {
  primary: MediaInfo;
  renditions: RenditionView[];
  /** Of all files together. */
  sizeBytes: number;
  fileCount: number;
};

export type VerifyOptions = {
  /** The publish folder (package-job's publishDirOf). */
  dir: string;
  tools: Tools;
  signal?: AbortSignal | undefined;
};

/**
 * Proves that what is about to be published is whole: every file is there and is referred to, opens, has the planned
 * streams, codecs and sizes, lasts as long as the source, its segments start on keyframes at the same times in every rung,
 * and its lists promise what is so. ffmpeg's exit code proves none of this.
 *
 * A source of one frame gives a result of one frame, which passes.
 * @throws FailureError INPUT_TRUNCATED when less came out than the source promised, OUTPUT_VERIFICATION_FAILED otherwise.
 */
export async function verifyJob(
  plan: JobPlan,
  packaged: PackagedJob,
  options: VerifyOptions,
): Promise<VerifiedJob> {
  const sizes = await checkFiles(packaged, options.dir);
  const sizeBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const done = { sizeBytes, fileCount: sizes.size };

  if (plan.packaging === "file") {
    const path = join(options.dir, packaged.primary);
    const primary =
      plan.container === "webp"
        ? await readAnimation(path)
        : await probeOwn(path, untrustedInputArgs(path), options);
    for (const rendition of plan.renditions) checkStream(rendition, primary);
    checkCount(plan, primary);
    if (!isStill(plan, primary)) checkDuration(plan, mediaSeconds(primary, plan));
    checkSpans(plan, fileSpans(plan, primary));
    checkFrames(plan, primary.video[0]?.frameCount ?? null);
    await checkLoudness(plan, path, options);
    return {
      primary,
      renditions: plan.renditions.map((rendition) => fileRendition(rendition, primary)),
      ...done,
    };
  }

  await checkClosure(packaged, options.dir);
  const measured =
    plan.packaging === "ts" ? await checkTransportStreams(packaged.renditions, options) : packaged.renditions;
  const heads = await probeHeads(measured, options);
  for (const [index, rendition] of measured.entries()) {
    const head = heads[index];
    if (head === undefined) throw new Error(`${rendition.plan.name} was not looked at`);
    checkStream(rendition.plan, head);
    if (rendition.muxedAudio) checkStream(rendition.muxedAudio, head);
  }
  checkSegments(measured);
  await checkPlaylists(packaged, measured, heads, options.dir);
  checkDuration(plan, Math.max(...measured.map((rendition) => rendition.durationSeconds)));
  checkSpans(plan, packageSpans(measured));
  const video = measured.find((rendition) => rendition.plan.kind === "video");
  checkFrames(plan, video ? video.segments.reduce((sum, segment) => sum + segment.samples, 0) : null);
  return {
    primary: describePackage(plan, measured, heads, sizeBytes),
    renditions: measured.map(segmentedRendition),
    ...done,
  };
}

const failed = (check: string, detail: string, evidence: string[] = []) =>
  new FailureError("OUTPUT_VERIFICATION_FAILED", { check, detail }, { evidence });

async function checkPlaylists(
  packaged: PackagedJob,
  measured: readonly MeasuredRendition[],
  heads: readonly MediaInfo[],
  dir: string,
): Promise<void> {
  const found = measured.flatMap((rendition, index) => {
    const head = heads[index];
    return head === undefined ? [] : [foundRendition(rendition, head)];
  });
  for (const { path } of packaged.files)
    if (/\.(m3u8|mpd)$/.test(path)) checkPlaylist(path, await readFile(join(dir, path), "utf8"), found);
}

async function checkFiles(packaged: PackagedJob, dir: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const { path } of packaged.files) {
    const found = await findFile(join(dir, path), (code) =>
      failed("files", `${path} cannot be read (${code})`),
    );
    if (!found?.isFile()) throw failed("files", `${path} is missing`);
    if (found.size === 0) {
      const disk = await statfs(dir);
      const free = disk.bavail * disk.bsize;
      if (free >= 16 * 1024 * 1024) throw failed("files", `${path} is empty`);
      const evidence = [`${path} is empty, and ${formatBytes(free)} are free`];
      throw new FailureError("WORKER_DISK_FULL", { worker: "the worker" }, { retryable: true, evidence });
    }
    sizes.set(path, found.size);
  }
  if (!sizes.has(packaged.primary)) throw failed("files", `${packaged.primary} is not listed`);
  return sizes;
}

/** The primary leads to every file, and to nothing else. */
async function checkClosure(packaged: PackagedJob, dir: string): Promise<void> {
  // CMAF has two ways in: the playlist that is the primary, and a manifest beside the segments.
  // Thumbnails have a way in of their own, the storyboard.
  const manifests = packaged.files
    .map((file) => file.path)
    .filter((path) => path.endsWith("/manifest.mpd") || path.endsWith(`/${STILLS_FOLDER}/storyboard.vtt`));
  const reached = new Set([packaged.primary, ...manifests]);
  const waiting = [...reached];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (!/\.(m3u8|mpd|vtt)$/.test(path)) continue;
    const text = await readFile(join(dir, path), "utf8");
    if (path.endsWith(".m3u8") && text.includes("#EXTINF") && !text.includes("#EXT-X-ENDLIST")) {
      throw failed("playlists", `${path} has no end`);
    }
    for (const target of referencedPaths(path, text)) {
      if (reached.has(target)) continue;
      reached.add(target);
      waiting.push(target);
    }
  }
  const listed = new Set(packaged.files.map((file) => file.path));
  const missing = [...reached].find((path) => !listed.has(path));
  if (missing !== undefined) throw failed("playlists", `${missing} is referred to but was not written`);
  const stray = [...listed].find((path) => !reached.has(path));
  if (stray !== undefined) throw failed("playlists", `nothing refers to ${stray}`);
}

/** Pictures that are all alike become one in a WebP, which then has no length. */
const isStill = ({ container }: JobPlan, { durationSeconds, video }: MediaInfo): boolean =>
  container === "webp" && durationSeconds === null && video[0]?.frameCount === 1;

async function readAnimation(path: string): Promise<MediaInfo> {
  return readWebp(path).catch((error: unknown) => {
    throw failed("opens", error instanceof Error ? error.message : String(error));
  });
}

const FFPROBE_NAMES: Record<string, string> = { h265: "hevc", pcm: "pcm_s16le" };

function checkStream(planned: PlannedRendition, media: MediaInfo): void {
  const wanted = FFPROBE_NAMES[planned.codec] ?? planned.codec;
  const streams = planned.kind === "video" ? media.video : media.audio;
  const found = streams.find((stream) => stream.codec === wanted);
  if (!found) {
    throw failed(
      "streams",
      `${planned.name} should be ${wanted} but is ${streams.map((s) => s.codec).join(", ") || "missing"}`,
    );
  }
  if (planned.kind === "video" && "codedWidth" in found) {
    if (found.codedWidth !== planned.width || found.codedHeight !== planned.height) {
      throw failed(
        "size",
        `${planned.name} should be ${planned.width}x${planned.height} but is ${found.codedWidth}x${found.codedHeight}`,
      );
    }
  }
  if (planned.kind === "video" && "codedWidth" in found) checkColours(planned, found);
  if (planned.kind === "audio" && "channels" in found && found.channels !== planned.channels) {
    throw failed(
      "channels",
      `${planned.name} should have ${planned.channels} channels but has ${found.channels}`,
    );
  }
}

function checkCount(plan: JobPlan, media: MediaInfo): void {
  const planned = plan.renditions.length;
  const found = media.video.length + media.audio.length;
  if (planned !== found) throw failed("streams", `${planned} planned, ${found} written`);
  const [carried, wanted] = [media.subtitles.length, plan.subtitles.length];
  if (carried !== wanted) throw failed("streams", `${wanted} subtitles planned, ${carried} written`);
}

/** Subtitles may go on after picture and sound have ended. */
function mediaSeconds(media: MediaInfo, plan: JobPlan): number | null {
  const lengths = [...media.video, ...media.audio].map((stream) => stream.durationSeconds);
  if (plan.subtitles.length === 0 || lengths.includes(null)) return media.durationSeconds;
  return Math.max(...lengths.map(Number));
}

/** Within half a second or one percent: less means that the source broke off, more that timing went wrong. */
function checkDuration(plan: JobPlan, seconds: number | null): void {
  const expected = plan.expectedDurationSeconds;
  if (seconds === null || seconds <= 0) throw failed("duration", "nothing to play");
  if (expected === null) return;
  const tolerance = Math.max(0.5, expected * 0.01);
  if (seconds < expected - tolerance) {
    const params = { got: formatSeconds(seconds), expected: formatSeconds(expected) };
    throw new FailureError("INPUT_TRUNCATED", params, { evidence: damageOf(plan) });
  }
  if (seconds > expected + tolerance) {
    throw failed("duration", `${formatSeconds(seconds)} instead of ${formatSeconds(expected)}`);
  }
}

/** What ffmpeg said about the source while encoding (encode.ts leaves its first remark in the warning). */
const damageOf = (plan: JobPlan): string[] =>
  plan.warnings
    .filter((warning) => warning.code === "source_damaged")
    .map(({ params }) => String(params["line"] ?? ""));

/** Duplicates may fall away, half the frames may not. */
function checkFrames(plan: JobPlan, frames: number | null): void {
  if (!plan.renditions.some((rendition) => rendition.kind === "video")) return;
  if (frames === 0) throw failed("frames", "the video has none");
  const expected = plan.expectedFrames;
  if (frames !== null && expected !== null && frames < expected / 2) {
    const params = { got: `${frames} frames`, expected: `${expected} frames` };
    throw new FailureError("INPUT_TRUNCATED", params, { evidence: damageOf(plan) });
  }
}

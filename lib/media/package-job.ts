import { mkdir, readdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FailureError } from "#lib/errors.ts";
import { rawDirOf } from "#lib/media/encode.ts";
import { findFile } from "#lib/media/find-file.ts";
import { formatBytes } from "#lib/media/format-measure.ts";
import { RAW, streamIndex } from "#lib/media/ffmpeg-args.ts";
import { SEGMENT_TYPE, segmentPath } from "#lib/media/segment-path.ts";
import { STILLS_FOLDER, stillNames, writeStoryboard } from "#lib/media/package-stills.ts";
import { writeDashManifest } from "#lib/media/write-dash-manifest.ts";
import { joinSegments } from "#lib/media/join-segments.ts";
import {
  hasKeyframeList,
  writeHlsKeyframes,
  writeHlsMaster,
  writeHlsMedia,
  writeHlsSubtitles,
  type PackagedSubtitle,
} from "#lib/media/write-hls-playlists.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { asEncrypted, measureCmaf, measureTs, type MeasuredRendition } from "#lib/media/measure-rendition.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedRendition } from "#lib/media/planned-rendition.ts";
import type { Segment } from "#lib/media/read-fragments.ts";

/** Paths are relative to the publish folder, with "/" between the parts. */
export type PackagedJob = {
  primary: string;
  files: { path: string; type: string }[];
  /** What was measured while packaging segments; empty for a single file. */
  renditions: MeasuredRendition[];
};

/** What was read of the encoder's files while it went on. */
export type ReadBefore = {
  /**
   * Before an initialisation, and after it its segments, get their published paths: what was read of the file, or null when
   * nothing was, or it has been touched since. An initialisation has no more to tell than that.
   */
  claim: (rawPath: string, path: string) => Promise<Segment | null>;
  /** What ffprobe says of a rendition's beginning, if both of its files were claimed as they were read; else null. */
  head: (rendition: PlannedRendition) => MediaInfo | null;
};

export type PackageOptions = {
  workDir: string;
  /** "clip.mp4", "master.m3u8", "x.mpd": the file that is published last, under exactly this name. */
  primaryName: string;
  /** Relative folder beside the primary for everything that it refers to. */
  mediaFolder: string;
  before?: ReadBefore | undefined;
};

/** `<workDir>/<key>/publish`: its content is what gets published, as it is. */
export const publishDirOf = (workDir: string, key: string): string =>
  join(dirname(rawDirOf(workDir, key)), "publish");

/**
 * Lays out a job's files for publication and writes the playlists and manifests from what was really written: measured
 * rates, codec strings from the initialisation segments, exact durations. ffmpeg's own manifests are never published.
 * @throws FailureError OUTPUT_VERIFICATION_FAILED or WORKER_DISK_FULL when a file is missing, empty or cut.
 */
export async function packageJob(plan: JobPlan, options: PackageOptions): Promise<PackagedJob> {
  checkName(options.primaryName, 1);
  checkName(options.mediaFolder, 32);
  const raw = rawDirOf(options.workDir, plan.key);
  const publish = publishDirOf(options.workDir, plan.key);
  await rm(publish, { recursive: true, force: true });
  await mkdir(publish, { recursive: true });
  const primary = {
    path: options.primaryName,
    type: PRIMARY_TYPES[plan.container],
  };

  const files: PackagedJob["files"] = [];
  const renditions: MeasuredRendition[] = [];
  const move = async (rawName: string, path: string, type: string) => {
    await moveFile(join(raw, rawName), join(publish, path));
    files.push({ path, type });
  };
  const write = async (path: string, text: string, type: string) => {
    await writeFile(join(publish, path), text, { mode: 0o644 });
    if (path !== options.primaryName) files.push({ path, type });
  };

  await packageStills(plan, { move, write, publish, mediaFolder: options.mediaFolder });
  if (plan.packaging === "file") {
    await moveFile(join(raw, RAW.file(plan.container)), join(publish, options.primaryName));
    return { primary: options.primaryName, files: [...files, primary], renditions: [] };
  }

  for (const rendition of plan.renditions) {
    if (plan.packaging === "ts" && rendition.kind === "audio") continue;
    const folder = `${options.mediaFolder}/${rendition.name}`;
    await mkdir(join(publish, folder), { recursive: true });
    const index = streamIndex(plan, rendition);
    if (plan.packaging === "cmaf") {
      const count = await countSegments(raw, index);
      const claim = async (rawName: string, path: string, type: string) => {
        const known = await options.before?.claim(join(raw, rawName), path);
        await move(rawName, path, type);
        return known ?? null;
      };
      await claim(RAW.init(index), `${folder}/init.mp4`, `${rendition.kind}/mp4`);
      const known: (Segment | null)[] = [];
      for (let number = 1; number <= count; number += 1)
        known.push(await claim(RAW.segment(index, number), segmentPath(folder, number), SEGMENT_TYPE));
      const measured = await damageAsFailure(options.workDir, async () => ({
        ...(await measureCmaf(publish, folder, rendition, known)),
        head: options.before?.head(rendition) ?? null,
      }));
      if (plan.isByteRange) {
        files.splice(-1 - count);
        const joined = await joinSegments(publish, measured);
        files.push({ path: `${folder}/media.mp4`, type: `${rendition.kind}/mp4` });
        renditions.push(joined);
      } else renditions.push(measured);
    } else {
      const measured = await damageAsFailure(options.workDir, () =>
        measureTs(raw, folder, rendition, index, plan),
      );
      for (const [at, segment] of measured.segments.entries()) {
        await move(measured.rawNames[at] ?? "", segment.path, "video/mp2t");
      }
      renditions.push(measured);
    }
  }

  const subtitles: PackagedSubtitle[] = [];
  for (const subtitle of plan.subtitles) {
    const folder = `${options.mediaFolder}/${subtitle.name}`;
    await mkdir(join(publish, folder), { recursive: true });
    await move(RAW.subtitles(subtitle.name), `${folder}/subtitles.vtt`, "text/vtt");
    subtitles.push({ ...subtitle, folder });
  }

  if (plan.container !== "hls") {
    // CMAF has both: the playlist is the primary, the manifest lies beside the segments.
    const path = plan.container === "cmaf" ? `${options.mediaFolder}/manifest.mpd` : options.primaryName;
    await write(path, writeDashManifest(renditions, subtitles, dirname(path)), PRIMARY_TYPES.dash);
  }
  if (plan.container !== "dash") {
    const listed = plan.encryption ? renditions.map(asEncrypted) : renditions;
    const seconds = Math.max(...renditions.map((rendition) => rendition.durationSeconds));
    for (const { folder } of subtitles)
      await write(`${folder}/playlist.m3u8`, writeHlsSubtitles("subtitles.vtt", seconds), HLS_TYPE);
    for (const rendition of listed) {
      await write(`${rendition.folder}/playlist.m3u8`, writeHlsMedia(rendition), HLS_TYPE);
      if (hasKeyframeList(rendition))
        await write(`${rendition.folder}/keyframes.m3u8`, writeHlsKeyframes(rendition), HLS_TYPE);
    }
    await write(options.primaryName, writeHlsMaster(listed, subtitles), HLS_TYPE);
  }
  return { primary: options.primaryName, files: [...files, primary], renditions };
}

type Placing = {
  move: (rawName: string, path: string, type: string) => Promise<void>;
  write: (path: string, text: string, type: string) => Promise<void>;
  publish: string;
  mediaFolder: string;
};

async function packageStills({ stills, expectedDurationSeconds }: JobPlan, place: Placing): Promise<void> {
  if (stills === null) return;
  const folder = `${place.mediaFolder}/${STILLS_FOLDER}`;
  await mkdir(join(place.publish, folder), { recursive: true });
  for (const [index, name] of stillNames(stills).entries())
    await place.move(RAW.still(index + 1), `${folder}/${name}`, "image/jpeg");
  const storyboard = writeStoryboard(stills, expectedDurationSeconds ?? 0);
  await place.write(`${folder}/storyboard.vtt`, storyboard, "text/vtt");
}

const HLS_TYPE = "application/vnd.apple.mpegurl";

const PRIMARY_TYPES = {
  mp4: "video/mp4",
  fmp4: "video/mp4",
  mov: "video/quicktime",
  mkv: "video/x-matroska",
  webm: "video/webm",
  ts: "video/mp2t",
  flv: "video/x-flv",
  m4a: "audio/mp4",
  mp3: "audio/mpeg",
  ogg: "audio/ogg",
  flac: "audio/flac",
  wav: "audio/wav",
  gif: "image/gif",
  webp: "image/webp",
  hls: HLS_TYPE,
  dash: "application/dash+xml",
  cmaf: HLS_TYPE,
} as const satisfies Record<JobPlan["container"], string>;

async function countSegments(raw: string, index: number): Promise<number> {
  const names = new Set(await readdir(raw));
  let count = 0;
  while (names.has(RAW.segment(index, count + 1))) count += 1;
  if (count === 0) throw verificationFailed("segments", `stream ${index} has none`);
  return count;
}

/**
 * Moves a file that ffmpeg wrote. Only plain files with one name: what a subverted encoder could leave instead (a link
 * to somebody else's file) must not be published by the worker, who may read more.
 */
async function moveFile(from: string, to: string): Promise<void> {
  const name = to.split("/").at(-1) ?? "";
  const found = await findFile(from, (code) =>
    verificationFailed("files", `${name} cannot be read (${code})`),
  );
  if (!found) throw verificationFailed("files", `${name} was not written`);
  if (!found.isFile() || found.nlink !== 1) throw verificationFailed("files", `${name} is not a plain file`);
  if (found.size === 0) throw await emptyFile(from, name);
  await rename(from, to);
}

/** HLS and DASH muxers answer a full disk with exit code 0 and empty files. */
async function emptyFile(path: string, name: string): Promise<FailureError> {
  const disk = await statfs(dirname(path));
  const free = disk.bavail * disk.bsize;
  if (free < 16 * 1024 * 1024) {
    const evidence = [`${name} is empty, and ${formatBytes(free)} are free`];
    return new FailureError("WORKER_DISK_FULL", { worker: "the worker" }, { retryable: true, evidence });
  }
  return verificationFailed("files", `${name} is empty`);
}

async function damageAsFailure<T>(workDir: string, measure: () => Promise<T>): Promise<T> {
  try {
    return await measure();
  } catch (error) {
    if (error instanceof FailureError) throw error;
    const disk = await statfs(workDir);
    const free = disk.bavail * disk.bsize;
    if (free < 16 * 1024 * 1024) {
      const evidence = [`a file is cut, and ${formatBytes(free)} are free`];
      const options = { retryable: true, evidence, cause: error };
      throw new FailureError("WORKER_DISK_FULL", { worker: "the worker" }, options);
    }
    throw new FailureError(
      "OUTPUT_VERIFICATION_FAILED",
      { check: "segments", detail: (error as Error).message },
      { cause: error },
    );
  }
}

const verificationFailed = (check: string, detail: string) =>
  new FailureError("OUTPUT_VERIFICATION_FAILED", { check, detail });

function checkName(name: string, mostParts: number): void {
  const parts = name.split("/");
  const isPlain = parts.every(
    (part) => part !== "" && part !== "." && part !== ".." && !/[\0-\x1f\\]/.test(part),
  );
  if (!isPlain || parts.length > mostParts) throw new Error(`not a relative name: ${JSON.stringify(name)}`);
}

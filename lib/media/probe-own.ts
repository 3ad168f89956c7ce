import { lstat, mkdir, open, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FailureError } from "#lib/errors.ts";
import { evidenceLines } from "#lib/media/classify-failure.ts";
import { ffprobeJson } from "#lib/media/ffprobe-json.ts";
import { addHdrMetadata } from "#lib/media/hdr-metadata.ts";
import { ownInputArgs } from "#lib/media/input-args.ts";
import type { MeasuredRendition } from "#lib/media/measure-rendition.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import { toMediaInfo } from "#lib/media/to-media-info.ts";

type OwnOptions = { tools: Tools; signal?: AbortSignal | undefined };
/** `dir`: the publish folder, beside which the beginnings are put together. */
type HeadOptions = OwnOptions & { dir: string };

const PROBE_SECONDS = 120;
/** Every packet is read: a large result on a slow disk takes its time. */
const PROBE_BYTES_PER_SECOND = 10_000_000;

const failed = (check: string, detail: string, evidence: string[] = []) =>
  new FailureError("OUTPUT_VERIFICATION_FAILED", { check, detail }, { evidence });

/**
 * Measures a file that we wrote, every packet of it counted.
 * @throws FailureError OUTPUT_VERIFICATION_FAILED ("opens"), TASK_TIMEOUT; the signal's reason when aborted.
 */
export async function probeOwn(path: string, input: string[], options: OwnOptions): Promise<MediaInfo> {
  const { size } = await lstat(path);
  const timeoutSeconds = PROBE_SECONDS + Math.ceil(size / PROBE_BYTES_PER_SECOND);
  const { json, result } = await ffprobeJson(["-show_format", "-show_streams", "-count_packets", ...input], {
    tools: options.tools,
    readPaths: [path],
    signal: options.signal,
    timeoutSeconds,
  });
  if (options.signal?.aborted) throw options.signal.reason;
  if (result.stopped === "timeout") {
    throw new FailureError(
      "TASK_TIMEOUT",
      { limit: `${timeoutSeconds} s`, percent: 0 },
      { evidence: [`${path.split("/").at(-1)} could not be checked in time`] },
    );
  }
  if (!json?.format?.format_name) {
    throw failed("opens", `${path.split("/").at(-1)} cannot be opened`, evidenceLines(result.stderrTail));
  }
  const media = toMediaInfo(json, size);
  for (const video of media.video) {
    const counted = Number(json.streams.find((stream) => stream.index === video.index)?.nb_read_packets);
    if (Number.isInteger(counted)) video.frameCount = counted;
  }
  const { tools, signal } = options;
  await addHdrMetadata(media, input, { tools, readPaths: [path], signal, timeoutSeconds });
  signal?.throwIfAborted();
  return media;
}

/**
 * Opens each rendition of a package by its first bytes, unless that was done before. All at a time: of each, starting
 * ffprobe takes longer than what it does.
 * @throws as {@link probeOwn}
 */
export async function probeHeads(
  renditions: readonly MeasuredRendition[],
  options: HeadOptions,
): Promise<MediaInfo[]> {
  const check = join(dirname(options.dir), "check");
  await mkdir(check, { recursive: true });
  try {
    const looks = renditions.map(
      async (rendition, index) =>
        rendition.head ?? probeRendition(rendition, join(check, `head-${index}`), options),
    );
    // To the end of all, so that none reads in a folder that is gone.
    await Promise.allSettled(looks);
    return await Promise.all(looks);
  } finally {
    await rm(check, { recursive: true, force: true });
  }
}

/**
 * Opens a rendition by its first bytes: initialisation (none in a transport stream) and first segment together are a whole
 * little file.
 * @param path where that file is put, for the caller to remove
 * @throws as {@link probeOwn}
 */
export async function probeHead(
  parts: { init: Buffer | null; first: Buffer },
  path: string,
  options: OwnOptions,
): Promise<MediaInfo> {
  const { init, first } = parts;
  await writeFile(path, init === null ? first : Buffer.concat([init, first]));
  return probeOwn(path, ownInputArgs(path, init === null ? "mpegts" : "mov"), options);
}

async function probeRendition(
  rendition: MeasuredRendition,
  path: string,
  options: HeadOptions,
): Promise<MediaInfo> {
  const first = rendition.segments[0];
  if (!first) throw failed("segments", `${rendition.plan.name} has none`);
  const init =
    rendition.init === null
      ? null
      : await readPart(options.dir, { path: rendition.init, offset: 0, sizeBytes: rendition.initBytes });
  return probeHead({ init, first: await readPart(options.dir, first) }, path, options);
}

async function readPart(
  dir: string,
  { path, offset, sizeBytes }: { path: string; offset: number; sizeBytes: number },
): Promise<Buffer> {
  const file = await open(join(dir, path));
  try {
    const bytes = Buffer.alloc(sizeBytes);
    const { bytesRead } = await file.read(bytes, 0, sizeBytes, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

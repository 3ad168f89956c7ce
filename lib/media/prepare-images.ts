import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FailureError } from "#lib/errors.ts";
import { classifyFailure, evidenceLines } from "#lib/media/classify-failure.ts";
import { imageFileName, videosOf } from "#lib/media/ffmpeg-args.ts";
import { findFile } from "#lib/media/find-file.ts";
import { fileUrl, imageInputArgs, LARGEST_IMAGE } from "#lib/media/input-args.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedImage } from "#lib/media/planned-rendition.ts";
import { runTool, type Tools } from "#lib/media/run-tool.ts";
import { imageData, imageKind, MOST_IMAGE_BYTES } from "#lib/media/watermark-image.ts";

export type PrepareImagesOptions = {
  tools: Tools;
  /** The folder that ffmpeg may write to. */
  workDir: string;
  /** Files of the images and keys that were fetched, by their addresses. */
  assetFiles?: ReadonlyMap<string, string> | undefined;
  signal?: AbortSignal | undefined;
};

const TIMEOUT_SECONDS = 60;

/**
 * Makes a PNG with the watermark's opacity of each image that a job lays over its picture: what a stranger drew is
 * decoded once, by itself, and the encoder reads only what came out of that.
 * @throws FailureError TEMPLATE_INVALID, with the watermark's field, for an image that is none or cannot be decoded
 */
export async function prepareImages(
  job: JobPlan,
  folder: string,
  options: PrepareImagesOptions,
): Promise<void> {
  for (const [index, image] of (videosOf(job)[0]?.images ?? []).entries()) {
    const invalid = (reason: string, evidence: string[] = []) =>
      new FailureError(
        "TEMPLATE_INVALID",
        { template: job.templateName, field: `watermarks.${image.at}.source`, reason },
        { evidence },
      );
    const bytes = await bytesOf(image, options);
    if (bytes.length > MOST_IMAGE_BYTES) throw invalid(`the image is larger than ${MOST_IMAGE_BYTES} bytes`);
    const kind = imageKind(bytes.toString("latin1", 0, 16));
    if (kind === null) throw invalid("the image is no PNG, JPEG or WebP");
    const input = join(folder, `image_${index}`);
    await writeFile(input, bytes, { mode: 0o644 });
    const target = join(folder, imageFileName(index));
    const result = await runTool({
      tool: "ffmpeg",
      args: [
        ...["-nostdin", "-hide_banner", "-loglevel", "level+warning", "-y", "-xerror"],
        ...imageInputArgs(input, kind),
        ...["-vf", `format=rgba,colorchannelmixer=aa=${image.opacity}`, "-frames:v", "1"],
        ...["-c:v", "png", "-f", "image2", "-update", "1", fileUrl(target)],
      ],
      tools: options.tools,
      readPaths: [],
      writeDir: options.workDir,
      signal: options.signal,
      timeoutSeconds: TIMEOUT_SECONDS,
    });
    options.signal?.throwIfAborted();
    const found = await findFile(target, (code) => new Error(`the decoded image cannot be read (${code})`));
    if (result.exitCode === 0 && found !== null && found.size > 0) continue;
    const failure = classifyFailure({ ...result, limitSeconds: TIMEOUT_SECONDS });
    if (failure.retryable) throw new FailureError(failure.code, failure.params, failure);
    const isTooLarge = failure.code === "INPUT_TOO_LARGE";
    const size = `the image has ${failure.params["size"]} pixels, at most ${LARGEST_IMAGE} are taken`;
    throw invalid(isTooLarge ? size : "the image cannot be decoded", evidenceLines(result.stderrTail));
  }
}

async function bytesOf({ source }: PlannedImage, { assetFiles }: PrepareImagesOptions): Promise<Buffer> {
  const data = imageData(source);
  if (data !== null) return Buffer.from(data, "base64");
  const file = assetFiles?.get(source);
  if (file === undefined) throw new Error("an image was not fetched before it was needed");
  return readFile(file);
}

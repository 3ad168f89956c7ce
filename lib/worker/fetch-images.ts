import { mkdir } from "node:fs/promises";
import path from "node:path";

import { FailureError } from "#lib/errors.ts";
import type { AddressPolicy } from "#lib/fetch/address-guard.ts";
import { download, DOWNLOAD_LIMITS } from "#lib/fetch/download.ts";
import { videosOf } from "#lib/media/ffmpeg-args.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";
import { isImageUrl, MOST_IMAGE_BYTES } from "#lib/media/watermark-image.ts";
import type { FailedJob } from "#lib/worker/settle-task.ts";

export type FetchedImages = {
  /** Files by their addresses. */
  files: ReadonlyMap<string, string>;
  /** The runs without the jobs whose image could not be had. */
  runs: EncodeRun[];
  failed: FailedJob[];
};

const LIMITS = { ...DOWNLOAD_LIMITS, maxBytes: MOST_IMAGE_BYTES, totalMs: 120_000 };

/**
 * Fetches the images that watermarks name by address, each once, with the same guard as a source: ffmpeg itself has no
 * network. A job whose image cannot be fetched fails alone, as TEMPLATE_INVALID with the watermark's field.
 */
export async function fetchImages(
  runs: readonly EncodeRun[],
  options: { dir: string; policy: AddressPolicy; signal: AbortSignal },
): Promise<FetchedImages> {
  const { dir, policy, signal } = options;
  const files = new Map<string, string>();
  const failed: FailedJob[] = [];
  for (const job of runs.flatMap((run) => run.jobs)) {
    try {
      for (const { at, source } of videosOf(job)[0]?.images ?? []) {
        if (!isImageUrl(source) || files.has(source)) continue;
        const file = path.join(dir, `image-${files.size}`);
        await mkdir(dir, { recursive: true, mode: 0o711 });
        await download(source, file, { policy, limits: LIMITS, signal }).catch((error: unknown) => {
          throw error instanceof FailureError ? named(error, job, at, source) : error;
        });
        files.set(source, file);
      }
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      failed.push({ id: job.key, failure: error.failure });
    }
  }
  const isOpen = (job: JobPlan) => !failed.some(({ id }) => id === job.key);
  const open = runs.map((run) => ({ ...run, jobs: run.jobs.filter(isOpen) }));
  return { files, runs: open.filter(({ jobs }) => jobs.length > 0), failed };
}

/** The source's own failure codes would blame the source. */
function named({ failure }: FailureError, job: JobPlan, at: number, source: string): FailureError {
  const reason = `the image could not be fetched from ${new URL(source).host} (${failure.code})`;
  return new FailureError(
    "TEMPLATE_INVALID",
    { template: job.templateName, field: `watermarks.${at}.source`, reason },
    { evidence: failure.evidence, retryable: failure.retryable },
  );
}

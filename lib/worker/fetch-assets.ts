import { mkdir } from "node:fs/promises";
import path from "node:path";

import { FailureError } from "#lib/errors.ts";
import type { AddressPolicy } from "#lib/fetch/address-guard.ts";
import { download, DOWNLOAD_LIMITS } from "#lib/fetch/download.ts";
import { videosOf } from "#lib/media/ffmpeg-args.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";
import { isFetchable, MOST_IMAGE_BYTES } from "#lib/media/watermark-image.ts";
import type { FailedJob } from "#lib/worker/settle-task.ts";

export type FetchedAssets = {
  /** Files by their addresses. */
  files: ReadonlyMap<string, string>;
  /** The runs without the jobs that lack something. */
  runs: EncodeRun[];
  failed: FailedJob[];
};

type Asset = { url: string; field: string; what: string };

const LIMITS = { ...DOWNLOAD_LIMITS, maxBytes: MOST_IMAGE_BYTES, totalMs: 120_000 };

/**
 * Fetches what templates name by address, the images of watermarks and the keys of encryption, each once, with the same
 * guard as a source: ffmpeg itself has no network. A job that lacks one fails alone, as TEMPLATE_INVALID with the field.
 */
export async function fetchAssets(
  runs: readonly EncodeRun[],
  options: { dir: string; policy: AddressPolicy; signal: AbortSignal },
): Promise<FetchedAssets> {
  const { dir, policy, signal } = options;
  const files = new Map<string, string>();
  const failed: FailedJob[] = [];
  for (const job of runs.flatMap((run) => run.jobs)) {
    try {
      for (const asset of assetsOf(job)) {
        if (files.has(asset.url)) continue;
        const file = path.join(dir, `asset-${files.size}`);
        await mkdir(dir, { recursive: true, mode: 0o711 });
        await download(asset.url, file, { policy, limits: LIMITS, signal }).catch((error: unknown) => {
          throw error instanceof FailureError ? named(error, job, asset) : error;
        });
        files.set(asset.url, file);
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

function assetsOf(job: JobPlan): Asset[] {
  const images = (videosOf(job)[0]?.images ?? [])
    .filter(({ source }) => isFetchable(source))
    .map(({ at, source }) => ({ url: source, field: `watermarks.${at}.source`, what: "image" }));
  const keyUrl = job.encryption?.keyUrl ?? null;
  return [...images, ...(keyUrl === null ? [] : [{ url: keyUrl, field: "encryption.keyUrl", what: "key" }])];
}

/** The source's own failure codes would blame the source. */
function named({ failure }: FailureError, job: JobPlan, { url, field, what }: Asset): FailureError {
  const reason = `the ${what} could not be fetched from ${new URL(url).host} (${failure.code})`;
  return new FailureError(
    "TEMPLATE_INVALID",
    { template: job.templateName, field, reason },
    { evidence: failure.evidence, retryable: failure.retryable },
  );
}

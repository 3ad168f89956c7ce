import { mkdir } from "node:fs/promises";
import path from "node:path";

import type { Env } from "#lib/env.ts";
import { download, DOWNLOAD_LIMITS } from "#lib/fetch/download.ts";
import { formatBytes } from "#lib/media/format-measure.ts";
import type { Source } from "#lib/tasks/schema.ts";
import type { Attempt } from "#lib/worker/attempt.ts";
import { copyObject, localSourceFile } from "#lib/worker/source-file.ts";
import type { TaskLogWriter } from "#lib/worker/task-log.ts";

/** How often the space is looked at while a source of unknown length arrives. */
const SPACE_CHECK_BYTES = 64 * 1024 ** 2;

export type FetchContext = {
  attempt: Attempt;
  env: Env;
  log: TaskLogWriter;
  /** From 0 to 1; not told while the length is unknown. */
  onProgress: (share: number) => void;
};

/**
 * Absolute path of the task's source on this machine: where it lies already, or in the attempt's folder, which it is
 * brought to.
 * @throws FailureError INPUT_*, WORKER_DISK_FULL; the signal's reason when aborted
 */
export async function fetchSource(source: Source, context: FetchContext): Promise<string> {
  const { attempt, env } = context;
  const scope = { projectId: attempt.task.projectId, env, signal: attempt.signal };
  const existing = await localSourceFile(source, scope);
  if (existing !== null) return existing;
  const file = path.join(attempt.dir, "source", "input");
  await mkdir(path.dirname(file), { recursive: true, mode: 0o711 });
  if (source.type === "object") await copyObject(source, file, scope);
  if (source.type === "url") await downloadSource(source.url, file, context);
  return file;
}

async function downloadSource(url: string, file: string, context: FetchContext): Promise<void> {
  const { attempt, env, log, onProgress } = context;
  const started = performance.now();
  let checkSpaceAt = 0;
  const roomy = new AbortController();
  const { sizeBytes, mime } = await download(url, file, {
    policy: { allowedPrivateCidrs: env.allowedPrivateCidrs },
    limits: { ...DOWNLOAD_LIMITS, maxBytes: env.uploadMaxBytes },
    signal: AbortSignal.any([attempt.signal, roomy.signal]),
    onProgress: (received, total) => {
      // Once when the length is known, otherwise again and again as the file grows.
      if (received >= checkSpaceAt) {
        checkSpaceAt = total === null ? received + SPACE_CHECK_BYTES : Infinity;
        attempt.disk
          .reserve(attempt.dir, total ?? received, attempt.workerName)
          .catch((error: unknown) => roomy.abort(error));
      }
      if (total !== null) onProgress(received / Math.max(total, 1));
    },
  });
  const seconds = (performance.now() - started) / 1000;
  log.info(
    `fetched ${formatBytes(sizeBytes)} (${mime === "" ? "no type given" : mime}) from ${new URL(url).host} in ${seconds.toFixed(1)} s`,
  );
}

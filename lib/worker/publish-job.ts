import path from "node:path";

import { Prisma } from "#lib/db/generated/client.ts";
import type { Job } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import { manifestFiles } from "#lib/jobs/manifest.ts";
import type { JobResult } from "#lib/jobs/view.ts";
import type { Store } from "#lib/storage/store.ts";
import { recordTaskEvent } from "#lib/tasks/events.ts";
import type { Attempt } from "#lib/worker/attempt.ts";
import type { EncodedJob } from "#lib/worker/encode-plan.ts";
import { publishFiles } from "#lib/worker/publish.ts";
import { settleIfDone } from "#lib/worker/settle-task.ts";

/** Publishes a verified job and settles it (and its task, when it was the last) in the transaction of the manifest. */
export async function publishJob(attempt: Attempt, store: Store, row: Job, job: EncodedJob): Promise<void> {
  await publishFiles({
    attempt,
    store,
    job: { id: row.id, primaryPath: row.primaryPath },
    publishDir: job.publishDir,
    types: job.types,
    hashes: job.hashes,
    sent: job.sent,
    commit: async (tx, manifest) => {
      const all = manifestFiles(manifest);
      const result: JobResult = {
        ...job.measured,
        sizeBytes: all.reduce((sum, file) => sum + file.sizeBytes, 0),
        fileCount: all.length,
        encodeSeconds: job.encodeSeconds,
      };
      await tx.job.update({
        where: { id: row.id },
        data: {
          status: "succeeded",
          manifest,
          result,
          errorCode: null,
          errorParams: Prisma.DbNull,
          evidence: [],
          finishedAt: new Date(),
        },
      });
      await tx.jobProgress.deleteMany({ where: { jobId: row.id } });
      await recordTaskEvent(tx, attempt.task.id, "job_succeeded", {
        job: showId("job", row.id),
        template: row.templateName,
        file: path.posix.basename(row.primaryPath),
      });
      await settleIfDone(tx, attempt);
    },
  });
}

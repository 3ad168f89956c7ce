import type { Prisma } from "#lib/db/generated/client.ts";
import { fileUrl } from "#lib/files/file-links.ts";
import { failureView } from "#lib/i18n/failure-message.ts";
import { showId } from "#lib/ids.ts";
import { manifestFiles, type Manifest, type ManifestFile } from "#lib/jobs/manifest.ts";
import type { JobFileView, JobPlanView, JobResult, JobView } from "#lib/jobs/view.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";

/** Files that one job lists, the primary and playlists first; `result.fileCount` has the number of all. */
export const MAX_LISTED_FILES = 200;

/** What a job's view reads. */
export const JOB_ROW = {
  id: true,
  index: true,
  operation: true,
  templateId: true,
  templateName: true,
  templateVersion: true,
  spec: true,
  status: true,
  primaryPath: true,
  plan: true,
  result: true,
  manifest: true,
  replacedAt: true,
  attempt: true,
  errorCode: true,
  errorParams: true,
  evidence: true,
  startedAt: true,
  finishedAt: true,
  progress: true,
} as const satisfies Prisma.JobSelect;
export type FullJobRow = Prisma.JobGetPayload<{ select: typeof JOB_ROW }>;

/** `publicBaseUrl`: the Output's; without one, files are served by this product under signed links. */
export function toJobView(row: FullJobRow, { publicBaseUrl }: { publicBaseUrl: string | null }): JobView {
  // Written by the worker, from manifestSchema.
  const manifest = row.manifest as Manifest | null;
  const published = manifest === null ? [] : manifestFiles(manifest);
  const files = published
    .filter((file) => row.replacedAt === null || file.path !== row.primaryPath)
    .toSorted((a, b) => rank(a, row.primaryPath) - rank(b, row.primaryPath))
    .slice(0, MAX_LISTED_FILES)
    .map((file) => toFileView(row.id, file, publicBaseUrl));
  const { progress } = row;
  return {
    id: showId("job", row.id),
    index: row.index,
    operation: row.operation,
    template: {
      id: row.templateId === null ? null : showId("template", row.templateId),
      name: row.templateName,
      version: row.templateVersion,
    },
    container: (row.spec as EncodeSpec).container,
    status: row.status,
    progress:
      row.status !== "running" || progress === null
        ? null
        : {
            percent: progress.percent,
            fps: progress.fps,
            speed: progress.speed,
            etaSeconds: progress.etaSeconds,
          },
    plan: row.plan as JobPlanView | null,
    result: row.result as JobResult | null,
    primaryPath: row.primaryPath,
    primary: files.find((file) => file.path === row.primaryPath) ?? null,
    replacedAt: row.replacedAt?.toISOString() ?? null,
    files,
    failure: row.errorCode === null ? null : failureView(row.errorCode, row.errorParams, row.evidence),
    attempt: row.attempt,
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

function rank(file: ManifestFile, primaryPath: string): number {
  if (file.path === primaryPath) return 0;
  return /\.(m3u8|mpd)$/i.test(file.path) ? 1 : 2;
}

function toFileView(jobId: string, file: ManifestFile, publicBaseUrl: string | null): JobFileView {
  const base = publicBaseUrl?.replace(/\/+$/, "") ?? "";
  const encoded = file.path.split("/").map(encodeURIComponent).join("/");
  return {
    path: file.path,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    type: file.type,
    url: base === "" ? fileUrl({ jobId, path: file.path }) : `${base}/${encoded}`,
    downloadUrl: fileUrl({ jobId, path: file.path, download: true }),
  };
}

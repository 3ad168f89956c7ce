import { db } from "#lib/db/client.ts";
import { manifestFiles, manifestSchema, type ManifestFile } from "#lib/jobs/manifest.ts";
import { STORABLE_OUTPUT, type StorableOutput } from "#lib/storage/open-store.ts";

/** A published file and the Output that its path is relative to. */
export type PublishedFile = { file: ManifestFile; output: StorableOutput; isPrimary: boolean };

/** A player asks for hundreds of segments of one job within seconds; its manifest is read once for all of them. */
const REMEMBER_MS = 5_000;
const MOST_REMEMBERED = 200;

type Published = { output: StorableOutput; primaryPath: string; files: Map<string, ManifestFile> };
type Remembered = { readAt: number; published: Promise<Published | null> };
type Memory = Map<string, Remembered>;

/**
 * A file that a job (UUID) has published, by its path inside the Output; null when the job, its
 * manifest or the path in it is missing. Nothing that a manifest does not name is ever served.
 */
export async function findPublishedFile(jobId: string, filePath: string): Promise<PublishedFile | null> {
  const published = await remembered(jobId);
  const file = published?.files.get(filePath);
  return published && file
    ? { file, output: published.output, isPrimary: file.path === published.primaryPath }
    : null;
}

function remembered(jobId: string): Promise<Published | null> {
  const memory = theMemory();
  const known = memory.get(jobId);
  const now = Date.now();
  if (known && now - known.readAt < REMEMBER_MS) return known.published;
  const published = readPublished(jobId);
  memory.delete(jobId);
  memory.set(jobId, { readAt: now, published });
  // What failed or was not there is asked again.
  published.then(
    (found) => found === null && memory.delete(jobId),
    () => memory.delete(jobId),
  );
  for (const oldest of memory.keys()) {
    if (memory.size <= MOST_REMEMBERED) break;
    memory.delete(oldest);
  }
  return published;
}

async function readPublished(jobId: string): Promise<Published | null> {
  const job = await db().job.findUnique({
    where: { id: jobId },
    select: {
      manifest: true,
      replacedAt: true,
      task: { select: { output: { select: STORABLE_OUTPUT } } },
    },
  });
  const output = job?.task.output;
  if (!job?.manifest || output === undefined) return null;
  const manifest = manifestSchema.parse(job.manifest);
  return {
    output,
    primaryPath: manifest.primary.path,
    // A primary that another task replaced has other bytes than this manifest says.
    files: new Map(
      manifestFiles(manifest)
        .filter((file) => job.replacedAt === null || file.path !== manifest.primary.path)
        .map((file) => [file.path, file]),
    ),
  };
}

function theMemory(): Memory {
  const shared = globalThis as typeof globalThis & { vodPublishedFiles?: Memory };
  return (shared.vodPublishedFiles ??= new Map<string, Remembered>());
}

import { createWriteStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";

import { db } from "#lib/db/client.ts";
import { type Env, uploadsDir } from "#lib/env.ts";
import { FailureError } from "#lib/errors.ts";
import { formatBytes } from "#lib/media/format-measure.ts";
import { readId } from "#lib/ids.ts";
import { findSampleRow, sampleFile } from "#lib/samples/read-samples.ts";
import { openStore, STORABLE_OUTPUT } from "#lib/storage/open-store.ts";
import { StoreMissingError } from "#lib/storage/store.ts";
import type { Source } from "#lib/tasks/schema.ts";

export type SourceScope = { projectId: string; env: Env; signal: AbortSignal };

/** Sources other than URLs lie on a disk or in a store of ours. Null for a URL, which has to be fetched. */
export async function localSourceFile(source: Source, scope: SourceScope): Promise<string | null> {
  switch (source.type) {
    case "url":
    case "object":
      return null;
    case "sample": {
      const sample = await findSampleRow(source.sample);
      if (sample === null) throw missing("sample", source.sample);
      return existing(sampleFile(sample), source.sample);
    }
    case "upload": {
      const uploadId = readId("upload", source.uploadId);
      const upload =
        uploadId === null
          ? null
          : await db().upload.findFirst({
              where: { id: uploadId, projectId: scope.projectId },
              select: { id: true, state: true, name: true },
            });
      if (upload === null || upload.state !== "complete")
        throw missing("upload", upload?.name ?? source.uploadId);
      return existing(path.join(uploadsDir(scope.env), upload.id), upload.name);
    }
  }
}

/** Copies an object of an Output's storage into `file`. */
export async function copyObject(
  source: Extract<Source, { type: "object" }>,
  file: string,
  scope: SourceScope,
): Promise<void> {
  const outputId = readId("output", source.outputId);
  const output =
    outputId === null
      ? null
      : await db().output.findFirst({
          where: { id: outputId, projectId: scope.projectId },
          select: STORABLE_OUTPUT,
        });
  if (output === null) throw missing(source.outputId, source.path);
  const store = openStore(output, scope.env);
  const found = await store.head(source.path);
  if (found === null) throw missing(output.name, source.path);
  if (found.sizeBytes > scope.env.uploadMaxBytes) {
    throw new FailureError("INPUT_TOO_LARGE", {
      size: formatBytes(found.sizeBytes),
      limit: formatBytes(scope.env.uploadMaxBytes),
    });
  }
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await pipeline(await store.read(source.path), createWriteStream(file, { flags: "wx", mode: 0o600 }), {
      signal: scope.signal,
    });
  } catch (error) {
    if (error instanceof StoreMissingError) throw missing(output.name, source.path);
    throw error;
  }
}

async function existing(file: string, name: string): Promise<string> {
  const found = await stat(file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  });
  if (found === null || !found.isFile()) throw missing("this server", name);
  if (found.size === 0)
    throw new FailureError(
      "INPUT_NOT_MEDIA",
      { mime: "", detail: "empty" },
      { evidence: ["the file is empty"] },
    );
  return file;
}

function missing(host: string, name: string): FailureError {
  return new FailureError("INPUT_NOT_FOUND", { host, status: 404 }, { evidence: [`${name} is not there`] });
}

import type { Ctx } from "#lib/context.ts";
import type { Tx } from "#lib/db/client.ts";
import { findOutputRow } from "#lib/outputs/find-output.ts";
import { pathIssue } from "#lib/outputs/path-rules.ts";
import { invalidField } from "#lib/parse-input.ts";
import { plainLine } from "#lib/plain-text.ts";
import { findSampleRow } from "#lib/samples/read-samples.ts";
import { readId, showId } from "#lib/ids.ts";
import type { Source } from "#lib/tasks/schema.ts";

/** A source that was found to be usable. */
export type TaskSource = {
  source: Source;
  /** The source's file name: the task's name, and {input_name}. */
  name: string;
  /** Beside the name, what the list's text filter finds. */
  address: string;
  uploadId: string | null;
  sizeBytes: bigint | null;
  /** The file is still arriving. */
  isWaiting: boolean;
};

/**
 * Checks a source: an address without sign-in data, an upload or an Output of this project, a sample that exists. What
 * an address answers is found out by the worker. An upload's row stays locked (FOR SHARE) until the transaction ends, so
 * that its completion cannot slip between this look and the task's row.
 * @throws {AppError} `invalid_input` with an issue under `source`
 */
export async function findTaskSource(tx: Tx, ctx: Ctx, source: Source): Promise<TaskSource> {
  switch (source.type) {
    case "url":
      return urlSource(source);
    case "upload":
      return uploadSource(tx, ctx, source);
    case "sample":
      return sampleSource(source);
    case "object":
      return objectSource(tx, ctx, source);
  }
}

function urlSource(source: Source & { type: "url" }): TaskSource {
  const url = new URL(source.url);
  if (url.username !== "" || url.password !== "")
    throw invalidField(
      "source.url",
      "Leave the user name and the password out of the address. Use a signed link, or upload the file.",
    );
  return {
    source,
    name: urlFileName(url),
    address: source.url,
    uploadId: null,
    sizeBytes: null,
    isWaiting: false,
  };
}

async function uploadSource(tx: Tx, ctx: Ctx, source: Source & { type: "upload" }): Promise<TaskSource> {
  const missing = () =>
    invalidField("source.uploadId", "There is no such upload in this project. Upload the file again.");
  const id = readId("upload", source.uploadId);
  if (id === null) throw missing();
  await tx.$queryRaw`SELECT 1 FROM "Upload" WHERE id = ${id}::uuid FOR SHARE`;
  const upload = await tx.upload.findFirst({ where: { id, projectId: ctx.projectId } });
  if (upload === null || upload.state === "removed") throw missing();
  if (upload.state === "uploading" && upload.expiresAt <= new Date())
    throw invalidField(
      "source.uploadId",
      "This upload was given up because it stood still for too long. Upload the file again.",
    );
  return {
    source: { type: "upload", uploadId: showId("upload", id) },
    name: upload.name,
    address: "",
    uploadId: id,
    sizeBytes: upload.sizeBytes,
    isWaiting: upload.state === "uploading",
  };
}

async function sampleSource(source: Source & { type: "sample" }): Promise<TaskSource> {
  const sample = await findSampleRow(source.sample);
  if (sample === null) {
    const message = `There is no such sample video as "${source.sample}"; GET /api/v1/samples lists them.`;
    throw invalidField("source.sample", message);
  }
  const address = `${sample.id} ${sample.title.en} ${sample.title["zh-CN"]}`;
  return {
    source,
    name: sample.file,
    address,
    uploadId: null,
    sizeBytes: BigInt(sample.sizeBytes),
    isWaiting: false,
  };
}

async function objectSource(tx: Tx, ctx: Ctx, source: Source & { type: "object" }): Promise<TaskSource> {
  const output = await findOutputRow(ctx, source.outputId, tx);
  if (output === null) throw invalidField("source.outputId", "There is no such Output in this project.");
  const issue = objectPathIssue(source.path);
  if (issue !== null) throw invalidField("source.path", issue);
  const name = plainLine(source.path.slice(source.path.lastIndexOf("/") + 1)).trim() || "video";
  return {
    source: { type: "object", outputId: showId("output", output.id), path: source.path },
    name,
    address: source.path,
    uploadId: null,
    sizeBytes: null,
    isWaiting: false,
  };
}

/** A file that exists may have any name that stays inside the Output. */
function objectPathIssue(path: string): string | null {
  const segments = path.split("/");
  const isUnsafe = segments.some((segment) => ["", ".", ".."].includes(segment)) || /[\\\p{Cc}]/u.test(path);
  return isUnsafe ? (pathIssue(path)?.message ?? "This path is not allowed.") : null;
}

/** The last part of the address's path, decoded; the host when there is none. */
function urlFileName(url: URL): string {
  const last =
    url.pathname
      .split("/")
      .filter((part) => part !== "")
      .at(-1) ?? "";
  return plainLine(decoded(last)).trim().slice(0, 255) || url.hostname;
}

/** As it was sent when its percent signs are no encoding. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

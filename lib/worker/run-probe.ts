import { mkdir, rm } from "node:fs/promises";
import path from "node:path";

import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { workDir } from "#lib/env.ts";
import { FailureError } from "#lib/errors.ts";
import { partialFetch } from "#lib/fetch/partial-fetch.ts";
import { makeThumbnail } from "#lib/media/make-thumbnail.ts";
import type { MediaInfo, MediaWarning } from "#lib/media/media-info.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { probeMedia } from "#lib/media/probe.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import { sourceSchema } from "#lib/tasks/schema.ts";
import { withFigures, workBytes } from "#lib/worker/disk-space.ts";
import { failureOf } from "#lib/worker/outcome.ts";
import type { WorkerContext } from "#lib/worker/run-unit.ts";
import { copyObject, localSourceFile } from "#lib/worker/source-file.ts";

/** A preview that takes longer is of no use to the person who waits. */
const LIMIT_MS = 60_000;
/** Warnings about one template's rungs say nothing about the source. */
const TEMPLATE_WARNINGS: readonly MediaWarning["code"][] = ["rung_skipped", "size_capped"];

type Answer =
  | { mediaInfo: MediaInfo | null; warnings: MediaWarning[]; thumbnail: Buffer | null }
  | { failure: ReturnType<typeof failureOf> };

/** Looks at a probe's source and writes what it found, once. `signal`: the unit's own; aborted when it was lost. */
export async function runProbe(
  probeId: string,
  signal: AbortSignal,
  tools: Tools,
  worker: WorkerContext,
): Promise<void> {
  const probe = await db().probe.findUnique({
    where: { id: probeId },
    select: { projectId: true, source: true, status: true },
  });
  if (probe?.status !== "queued") return;
  const dir = path.join(workDir(worker.env), worker.id, `probe-${probeId}`);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
  let answer: Answer;
  try {
    await mkdir(dir, { recursive: true, mode: 0o711 });
    answer = await look(probe, { dir, tools, worker, signal: limit });
  } catch (error) {
    // Another worker has it.
    if (signal.aborted) return;
    const isLate = limit.aborted;
    const found = failureOf(
      isLate ? new FailureError("TASK_TIMEOUT", { limit: `${LIMIT_MS / 1000} s`, percent: 0 }) : error,
    );
    const folder = workDir(worker.env);
    answer = {
      failure: await withFigures(found, { place: worker.name, folder, needBytes: workBytes(0) }),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  await write(probeId, answer);
}

async function look(
  probe: { projectId: string; source: unknown },
  { dir, tools, worker, signal }: { dir: string; tools: Tools; worker: WorkerContext; signal: AbortSignal },
): Promise<Answer> {
  const { env, capabilities } = worker;
  const source = sourceSchema.parse(probe.source);
  const scope = { projectId: probe.projectId, env, signal };
  let file = await localSourceFile(source, scope);
  let isWhole = true;
  if (file === null) {
    file = path.join(dir, "input");
    if (source.type === "object") await copyObject(source, file, scope);
    else if (source.type === "url") {
      ({ isWhole } = await partialFetch(source.url, file, {
        policy: { allowedPrivateCidrs: env.allowedPrivateCidrs },
        signal,
      }));
    }
  }
  try {
    const mediaInfo = await probeMedia(file, tools, { signal });
    const thumbnail = await makeThumbnail(file, mediaInfo, tools, { signal, timeoutSeconds: 10 });
    return { mediaInfo, warnings: sourceWarnings(mediaInfo, capabilities), thumbnail };
  } catch (error) {
    // The index may lie in the part that was not fetched: nothing is known, which is no failure.
    const code = error instanceof FailureError ? error.failure.code : "";
    if (!isWhole && (code === "INPUT_TRUNCATED" || code === "INPUT_NOT_MEDIA")) {
      const detail = (error as FailureError).failure.params["detail"];
      if (detail === undefined || detail === "unrecognised")
        return { mediaInfo: null, warnings: [], thumbnail: null };
    }
    throw error;
  }
}

/** What an operator should know about a source whichever template is chosen: what the simplest one would be warned of. */
function sourceWarnings(media: MediaInfo, capabilities: WorkerContext["capabilities"]): MediaWarning[] {
  const wanted = PREDEFINED_SPECS.map(({ name, spec }) => ({ key: name, templateName: name, spec }));
  const plan = planEncode(media, wanted, capabilities).jobs.find((job) => job.failure === null);
  return (plan?.warnings ?? []).filter((warning) => !TEMPLATE_WARNINGS.includes(warning.code));
}

async function write(probeId: string, answer: Answer): Promise<void> {
  const data =
    "failure" in answer
      ? { status: "failed" as const, errorCode: answer.failure.code, errorParams: answer.failure.params }
      : {
          status: "done" as const,
          mediaInfo: answer.mediaInfo ?? Prisma.DbNull,
          warnings: answer.warnings,
          thumbnail: answer.thumbnail === null ? null : new Uint8Array(answer.thumbnail),
        };
  await db().probe.updateMany({ where: { id: probeId, status: "queued" }, data });
}

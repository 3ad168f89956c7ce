import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import type { Failure } from "#lib/errors.ts";
import { failureView } from "#lib/i18n/failure-message.ts";
import { readPace } from "#lib/jobs/read-pace.ts";
import type { FailureView } from "#lib/jobs/view.ts";
import { estimateMemoryBytes } from "#lib/media/estimate-memory.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { planEncode, type EncodeRun } from "#lib/media/plan-encode.ts";
import { predictJob } from "#lib/media/predict-job.ts";
import { runCommands } from "#lib/media/run-commands.ts";
import { shellCommand } from "#lib/media/shell-command.ts";
import { parseInput } from "#lib/parse-input.ts";
import { createProbe } from "#lib/probes/create-probe.ts";
import { findProbe } from "#lib/probes/find-probe.ts";
import { checkRequest, resolvePaths, type CheckedRequest } from "#lib/tasks/check-request.ts";
import type { PreflightJobView, TaskPreflight } from "#lib/tasks/view.ts";
import { createTaskSchema } from "#lib/tasks/schema.ts";
import { findCapabilities } from "#lib/workers/find-capabilities.ts";

/** What a worker of two slots on four cores gives an encoder; how many it will be is the worker's to know. */
const SHOWN_THREADS = 2;

/**
 * Rehearses a request for a task: what would be made, what speaks against it, how large and how long it will be. Makes
 * no task. Role operator, as creation. `input`: see createTaskSchema. A source that nobody looked into yet is looked into
 * by a worker, for ten seconds at most; after that, and while an upload arrives, the jobs come without plans.
 * @throws {AppError} as creation does: `invalid_input` with issues by field; `rate_limited` with too many previews
 */
export async function validateTask(
  ctx: Ctx,
  input: unknown,
  { signal, waitMs }: { signal?: AbortSignal; waitMs?: number } = {},
): Promise<TaskPreflight> {
  requireRole(ctx, "operator");
  const wanted = parseInput(createTaskSchema, input);
  const checked = await db().$transaction((tx) => checkRequest(tx, ctx, wanted, { isLiteral: false }));
  const paths = resolvePaths(wanted.outputPattern, checked.source, checked.templates, {
    taskNumber: "#",
    date: new Date(),
    isLiteral: false,
  });
  const { media, failure } = await lookAt(ctx, checked, { signal, waitMs });
  const jobs =
    media === null
      ? checked.templates.map((template, index) => ({
          ...unplanned(template, paths[index] ?? ""),
          failure,
        }))
      : await planJobs(media, checked, paths);
  return {
    media,
    jobs,
    sizeBytes: sumOf(jobs.map((job) => job.sizeBytes)),
    // Jobs that share an encoder share its seconds.
    encodeSeconds: sumOf([
      ...new Map(jobs.map((job) => [job.commands.join("\n"), job.encodeSeconds])).values(),
    ]),
  };
}

async function lookAt(
  ctx: Ctx,
  { source }: CheckedRequest,
  options: { signal: AbortSignal | undefined; waitMs: number | undefined },
): Promise<{ media: MediaInfo | null; failure: FailureView | null }> {
  if (source.isWaiting) return { media: null, failure: null };
  const { signal, waitMs } = options;
  const probe =
    (await findProbe(ctx, source.source)) ??
    (await createProbe(
      ctx,
      { source: source.source },
      { ...(signal && { signal }), ...(waitMs !== undefined && { waitMs }) },
    ));
  return { media: probe.mediaInfo, failure: probe.failure };
}

async function planJobs(
  media: MediaInfo,
  { templates }: CheckedRequest,
  paths: readonly string[],
): Promise<PreflightJobView[]> {
  const [capabilities, samples] = await Promise.all([findCapabilities(), readPace()]);
  const wanted = templates.map(({ name, spec }, index) => ({ key: `job${index}`, spec, templateName: name }));
  const plan = planEncode(media, wanted, capabilities);
  return templates.map((template, index) => {
    const job = plan.jobs[index];
    const empty = unplanned(template, paths[index] ?? "");
    if (job === undefined) return empty;
    if (job.failure !== null) return { ...empty, plan: job.view, failure: failureViewOf(job.failure) };
    const run = plan.runs.find(({ jobs }) => jobs.includes(job));
    if (run === undefined) return { ...empty, plan: job.view };
    return { ...empty, plan: job.view, ...predictJob(job, run, samples), ...processOf(run, media) };
  });
}

/** The command lines, with stand-ins for folders, and what they need. */
function processOf(run: EncodeRun, media: MediaInfo) {
  const options = {
    sourcePath: "/source/input",
    outputDirOf: (key: string) => `/work/${key}`,
    threads: SHOWN_THREADS,
  };
  return {
    commands: runCommands(run, options).map((args) => shellCommand("ffmpeg", args)),
    memoryBytes: estimateMemoryBytes(run, media, SHOWN_THREADS),
  };
}

function unplanned(template: CheckedRequest["templates"][number], primaryPath: string): PreflightJobView {
  return {
    template: { id: template.id, name: template.name, version: template.version },
    container: template.spec.container,
    primaryPath,
    plan: null,
    failure: null,
    commands: [],
    sizeBytes: null,
    encodeSeconds: null,
    memoryBytes: null,
  };
}

const failureViewOf = ({ code, params, evidence }: Failure): FailureView =>
  failureView(code, params, evidence);

/** Null when a part is not known. */
function sumOf(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}

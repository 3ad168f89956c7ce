import { createHash } from "node:crypto";

import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { newId, readId, showId } from "#lib/ids.ts";
import { freePaths } from "#lib/outputs/free-path.ts";
import { pathIssue } from "#lib/outputs/path-rules.ts";
import { invalidField, parseInput } from "#lib/parse-input.ts";
import { enqueueTask } from "#lib/queue/boss.ts";
import { notify } from "#lib/queue/notify.ts";
import { checkRequest, resolvePaths } from "#lib/tasks/check-request.ts";
import { claimIdempotencyKey } from "#lib/tasks/claim-idempotency-key.ts";
import { recordTaskEvent } from "#lib/tasks/events.ts";
import { findTask, getTask } from "#lib/tasks/get-task.ts";
import { createTaskSchema, type CreateTask } from "#lib/tasks/schema.ts";
import type { TaskView } from "#lib/tasks/view.ts";

export type CreatedTask = {
  task: TaskView;
  /** False when the same request had been made before with the same idempotency key. */
  created: boolean;
};

/**
 * Makes a task, its jobs and its unit in one transaction. Role operator. `input`: see createTaskSchema. A file name that
 * another job holds gets a number, except through a dialect that promises the exact name; such a one has no variables
 * either (`isLiteralName`). With an idempotency key (argument or field), a repetition within 24 h answers with the first task.
 * @throws {AppError} `invalid_input` with issues by field; `conflict` when the key came with another request before
 */
export async function createTask(
  ctx: Ctx,
  input: unknown,
  options: { idempotencyKey?: string | null; isLiteralName?: boolean } = {},
): Promise<CreatedTask> {
  requireRole(ctx, "operator");
  const { idempotencyKey, ...wanted } = parseInput(createTaskSchema, input);
  const key = options.idempotencyKey ?? idempotencyKey ?? null;
  const taskId = newId();
  const firstId = await db().$transaction(async (tx) => {
    if (key !== null) {
      const first = await claimIdempotencyKey(tx, ctx, {
        key: readKey(key),
        bodyHash: hashOf(wanted),
        taskId,
      });
      if (first !== null) return first;
    }
    await insertTask(tx, ctx, { taskId, isLiteral: options.isLiteralName === true }, wanted);
    return taskId;
  });
  if (firstId === taskId) return { task: await getTask(ctx, showId("task", taskId)), created: true };
  const task = await findTask(ctx, showId("task", firstId));
  if (task === null)
    throw new AppError(
      "conflict",
      "The task that was made with this idempotency key was deleted. Use a new key.",
    );
  return { task, created: false };
}

async function insertTask(
  tx: Tx,
  ctx: Ctx,
  { taskId, isLiteral }: { taskId: string; isLiteral: boolean },
  wanted: Omit<CreateTask, "idempotencyKey">,
): Promise<void> {
  const { templates, output, source } = await checkRequest(tx, ctx, wanted, { isLiteral });
  const task = await tx.task.create({
    data: {
      id: taskId,
      projectId: ctx.projectId,
      name: source.name,
      searchText: `${source.name} ${source.address}`.toLowerCase(),
      waitingFor: source.isWaiting ? "upload" : null,
      sourceType: source.source.type,
      source: source.source,
      uploadId: source.uploadId,
      sourceBytes: source.sizeBytes,
      outputId: output.id,
      outputPattern: wanted.outputPattern,
      templateNames: templates.map((template) => template.name),
      priority: wanted.priority,
      tags: [...new Set(wanted.tags)],
      userData: wanted.userData ?? null,
      trigger: ctx.trigger,
      createdByUserId: ctx.actor.kind === "user" ? ctx.actor.id : null,
      createdByKeyId: ctx.actor.kind === "key" ? ctx.actor.id : null,
    },
    select: { number: true, createdAt: true },
  });
  const resolved = resolvePaths(wanted.outputPattern, source, templates, {
    taskNumber: task.number,
    date: task.createdAt,
    isLiteral,
  });
  // A dialect's programs look for the result under the very name that they gave (docs/decisions/005).
  const keepsNames = ctx.trigger === "visionular";
  const paths = keepsNames
    ? resolved
    : await freePaths(tx, { projectId: ctx.projectId, outputId: output.id }, resolved);
  for (const path of paths) {
    const issue = pathIssue(path);
    if (issue !== null) throw invalidField("outputPattern", issue.message);
  }
  await tx.job.createMany({
    data: templates.map((template, index) => ({
      id: newId(),
      taskId,
      projectId: ctx.projectId,
      index,
      templateId: readId("template", template.id),
      templateName: template.name,
      templateVersion: template.version,
      spec: template.spec,
      primaryPath: paths[index] ?? "",
    })),
  });
  await recordTaskEvent(tx, taskId, "created", { by: ctx.actor.name, trigger: ctx.trigger });
  await recordAudit(tx, ctx, {
    action: "task.create",
    object: { kind: "task", id: taskId, name: source.name },
    // Not the source's address: a signed one is a secret.
    after: {
      source: source.source.type,
      templates: templates.map((template) => template.name),
      output: output.name,
      outputPattern: wanted.outputPattern,
    },
  });
  if (!source.isWaiting) {
    const unitId = await enqueueTask(tx, { id: taskId, priority: wanted.priority });
    await tx.task.update({ where: { id: taskId }, data: { unitId } });
  }
  await notify(tx, ctx.projectId, { type: "created", taskId: showId("task", taskId) });
}

function readKey(key: string): string {
  if (key === "" || key.length > 255 || /\p{Cc}/u.test(key))
    throw invalidField("idempotencyKey", "An idempotency key has 1 to 255 characters, without controls.");
  return key;
}

/** Of the request as understood: defaults filled in, keys in the schema's order. */
function hashOf(wanted: Omit<CreateTask, "idempotencyKey">): string {
  return createHash("sha256").update(JSON.stringify(wanted)).digest("hex");
}

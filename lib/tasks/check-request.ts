import type { Ctx } from "#lib/context.ts";
import type { Tx } from "#lib/db/client.ts";
import { findOutputRow } from "#lib/outputs/find-output.ts";
import { firstDuplicatePath, resolveOutputPath } from "#lib/outputs/output-path.ts";
import { invalidField } from "#lib/parse-input.ts";
import { findTaskSource, type TaskSource } from "#lib/tasks/find-task-source.ts";
import type { CreateTask } from "#lib/tasks/schema.ts";
import { findChosenTemplates } from "#lib/templates/find-chosen-templates.ts";
import type { TemplateView } from "#lib/templates/view.ts";

export type CheckedRequest = {
  templates: TemplateView[];
  output: NonNullable<Awaited<ReturnType<typeof findOutputRow>>>;
  source: TaskSource;
};

/**
 * Finds what a request for a task names, and refuses what cannot be: what creation and its rehearsal have in common.
 * @throws {AppError} `invalid_input` with issues by field
 */
export async function checkRequest(
  tx: Tx,
  ctx: Ctx,
  wanted: Omit<CreateTask, "idempotencyKey">,
  { isLiteral }: { isLiteral: boolean },
): Promise<CheckedRequest> {
  const templates = await findChosenTemplates(tx, ctx, wanted.templates);
  const output = await findOutputRow(ctx, wanted.outputId, tx);
  if (output === null)
    throw invalidField("outputId", "There is no such Output in this project. Select another one.");
  const source = await findTaskSource(tx, ctx, wanted.source);
  // Before a number is taken from its sequence, so that a bad pattern leaves no gap.
  resolvePaths(wanted.outputPattern, source, templates, { taskNumber: "#", date: new Date(), isLiteral });
  return { templates, output, source };
}

/** One path per template, all different. @throws {AppError} `invalid_input` under outputPattern */
export function resolvePaths(
  pattern: string,
  source: TaskSource,
  templates: readonly TemplateView[],
  { taskNumber, date, isLiteral }: { taskNumber: bigint | "#"; date: Date; isLiteral: boolean },
): string[] {
  const severalJobs = templates.length > 1;
  const paths = templates.map((template) => {
    const values = { inputName: source.name, template: template.name, taskNumber, date };
    const resolved = resolveOutputPath(pattern, values, template.spec.container, {
      severalJobs,
      isLiteral,
    });
    if (resolved.issue !== undefined) throw invalidField("outputPattern", resolved.issue);
    return resolved.path;
  });
  const duplicate = paths[firstDuplicatePath(paths)];
  if (duplicate !== undefined)
    throw invalidField(
      "outputPattern",
      `Two templates would both write ${duplicate}. Put {template} into the Output Filename.`,
    );
  return paths;
}

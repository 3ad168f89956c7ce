import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { isUniqueViolation } from "#lib/db/is-unique-violation.ts";
import { AppError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { parseInput } from "#lib/parse-input.ts";
import { createTemplateSchema } from "#lib/templates/schema.ts";
import { templateIssues } from "#lib/templates/template-issues.ts";
import { toTemplateView } from "#lib/templates/to-template-view.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/**
 * Makes a custom template, version 1. Role operator.
 * @throws {AppError} `invalid_input` (an option that this engine does not do is named by its path), `conflict` (the name is taken)
 */
export async function createTemplate(ctx: Ctx, input: unknown): Promise<TemplateView> {
  requireRole(ctx, "operator");
  const { name, description, spec } = parseInput(createTemplateSchema, input);
  const issues = templateIssues(spec).map(({ path, message }) => ({ path: `spec.${path}`, message }));
  if (issues.length > 0) {
    const text = issues.map((issue) => `${issue.path}: ${issue.message}`).join(" ");
    throw new AppError("invalid_input", `This template cannot be used. ${text}`, { issues });
  }
  try {
    return await db().$transaction(async (tx) => {
      const row = await tx.template.create({
        data: { id: newId(), projectId: ctx.projectId, kind: "custom", name, description, spec },
      });
      await recordAudit(tx, ctx, {
        action: "template.create",
        object: { kind: "template", id: row.id, name },
        after: { version: row.version, container: spec.container },
      });
      return toTemplateView(row);
    });
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    const message = `There is already a template named ${name}. Choose another name.`;
    throw new AppError("conflict", message, { issues: [{ path: "name", message }], cause: thrown });
  }
}

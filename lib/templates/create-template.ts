import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { isUniqueViolation } from "#lib/db/is-unique-violation.ts";
import { newId } from "#lib/ids.ts";
import { parseInput } from "#lib/parse-input.ts";
import { checkSpec } from "#lib/templates/check-spec.ts";
import { nameTaken } from "#lib/templates/name-taken.ts";
import { createTemplateSchema } from "#lib/templates/schema.ts";
import { toTemplateView } from "#lib/templates/to-template-view.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/**
 * Makes a custom template, version 1. Role operator. `clonedFrom`: the name of the one that it is a copy of.
 * @throws {AppError} `invalid_input` (an option that this engine does not do, or a rung that does not fit, is named by
 * its path), `conflict` (the name is taken)
 */
export async function createTemplate(
  ctx: Ctx,
  input: unknown,
  { clonedFrom }: { clonedFrom?: string } = {},
): Promise<TemplateView> {
  requireRole(ctx, "operator");
  const { name, description, spec } = parseInput(createTemplateSchema, input);
  await checkSpec(spec);
  try {
    return await db().$transaction(async (tx) => {
      const row = await tx.template.create({
        data: {
          id: newId(),
          projectId: ctx.projectId,
          kind: "custom",
          name,
          description,
          spec,
          versions: { create: { version: 1, description, spec, createdBy: ctx.actor.name } },
        },
      });
      await recordAudit(tx, ctx, {
        action: clonedFrom === undefined ? "template.create" : "template.clone",
        object: { kind: "template", id: row.id, name },
        after: {
          version: row.version,
          container: spec.container,
          ...(clonedFrom === undefined ? {} : { clonedFrom }),
        },
      });
      return toTemplateView(row);
    });
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    throw nameTaken(name, thrown);
  }
}

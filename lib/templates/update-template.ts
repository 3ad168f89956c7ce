import { isDeepStrictEqual } from "node:util";

import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { isUniqueViolation } from "#lib/db/is-unique-violation.ts";
import { AppError } from "#lib/errors.ts";
import { parseInput } from "#lib/parse-input.ts";
import { checkSpec } from "#lib/templates/check-spec.ts";
import { findOwnTemplate } from "#lib/templates/find-own-template.ts";
import { nameTaken } from "#lib/templates/name-taken.ts";
import { updateTemplateSchema } from "#lib/templates/schema.ts";
import { toTemplateView } from "#lib/templates/to-template-view.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/**
 * Saves a custom template as its next version; nothing is written when nothing changed. Tasks that were made from
 * earlier versions keep what they have. `version` is the one that the change was made on. Role operator.
 * @throws {AppError} `not_found`, `forbidden` (predefined), `invalid_input`, `conflict` (somebody saved meanwhile, the
 * template is archived, or the name is taken)
 */
export async function updateTemplate(ctx: Ctx, templateId: string, input: unknown): Promise<TemplateView> {
  requireRole(ctx, "operator");
  const wanted = parseInput(updateTemplateSchema, input);
  await checkSpec(wanted.spec);
  const { name, description } = wanted;
  // Through JSON, as the database keeps it: no key with the value undefined.
  const spec = JSON.parse(JSON.stringify(wanted.spec)) as typeof wanted.spec;
  try {
    return await db().$transaction(async (tx) => {
      const row = await findOwnTemplate(tx, ctx, templateId);
      if (row.archivedAt !== null)
        throw new AppError("conflict", "This template is archived. Unarchive it first, then change it.");
      if (row.version !== wanted.version) throw staleVersion(wanted.version, row.version);
      if (row.name === name && row.description === description && isDeepStrictEqual(row.spec, spec))
        return toTemplateView(row);
      const version = row.version + 1;
      const saved = await tx.template.update({
        where: { id: row.id },
        data: {
          name,
          description,
          spec,
          version,
          versions: { create: { version, description, spec, createdBy: ctx.actor.name } },
        },
      });
      await recordAudit(tx, ctx, {
        action: "template.update",
        object: { kind: "template", id: row.id, name },
        before: { name: row.name, version: row.version },
        after: { name, version },
      });
      return toTemplateView(saved);
    });
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    throw nameTaken(name, thrown);
  }
}

function staleVersion(wanted: number, present: number): AppError {
  const message = `This was made on version ${wanted}, but the template is at version ${present} by now. Read it again, then change it.`;
  return new AppError("conflict", message, { issues: [{ path: "version", message }] });
}

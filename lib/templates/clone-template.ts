import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { parseInput } from "#lib/parse-input.ts";
import { createTemplate } from "#lib/templates/create-template.ts";
import { getTemplateSummary } from "#lib/templates/get-template-summary.ts";
import { cloneTemplateSchema, SYSTEM_PREFIX } from "#lib/templates/schema.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/** Of createTemplateSchema. */
const MAX_NAME = 64;

/**
 * A new custom template with the settings of any template that the project sees, predefined and archived ones too.
 * Without a `name` it is called after the original. Role operator.
 * @throws {AppError} `not_found`, `invalid_input`, `conflict` (the name is taken)
 */
export async function cloneTemplate(ctx: Ctx, templateId: string, input: unknown): Promise<TemplateView> {
  requireRole(ctx, "operator");
  const { name } = parseInput(cloneTemplateSchema, input);
  const { name: original, description, spec } = await getTemplateSummary(ctx, templateId);
  const copy = { name: name ?? (await freeName(ctx, original)), description, spec };
  return createTemplate(ctx, copy, { clonedFrom: original });
}

/** "Ladder" → "Ladder copy", or "Ladder copy 2" … when that is taken. The product's own prefix is left out. */
async function freeName(ctx: Ctx, original: string): Promise<string> {
  const base = original.startsWith(SYSTEM_PREFIX) ? original.slice(SYSTEM_PREFIX.length) : original;
  const rows = await db().template.findMany({ where: { projectId: ctx.projectId }, select: { name: true } });
  const taken = new Set(rows.map((row) => row.name));
  for (let number = 1; ; number++) {
    const tail = number === 1 ? " copy" : ` copy ${number}`;
    const name = `${base.slice(0, MAX_NAME - tail.length).trimEnd()}${tail}`;
    if (!taken.has(name)) return name;
  }
}

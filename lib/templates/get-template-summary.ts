import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";
import { usableTemplates } from "#lib/templates/list-templates.ts";
import { withUse } from "#lib/templates/list-template-summaries.ts";
import { toTemplateView } from "#lib/templates/to-template-view.ts";
import type { TemplateSummary } from "#lib/templates/view.ts";

/**
 * A template with its use: by id also an archived one, by name a usable one.
 * @throws {AppError} `not_found`
 */
export async function getTemplateSummary(ctx: Ctx, idOrName: string): Promise<TemplateSummary> {
  const summary = await findTemplateSummary(ctx, idOrName);
  if (summary === null) throw new AppError("not_found", "There is no such template in this project.");
  return summary;
}

/** The same, or null when there is none. */
export async function findTemplateSummary(ctx: Ctx, idOrName: string): Promise<TemplateSummary | null> {
  const id = readId("template", idOrName);
  const row = await db().template.findFirst({
    where:
      id === null
        ? { AND: [usableTemplates(ctx), { name: idOrName }] }
        : { id, OR: [{ projectId: ctx.projectId }, { projectId: null }] },
  });
  if (row === null) return null;
  const [summary] = await withUse(ctx, [toTemplateView(row)]);
  return summary ?? null;
}

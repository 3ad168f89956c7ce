import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import { usableTemplates } from "#lib/templates/list-templates.ts";
import { toTemplateView } from "#lib/templates/to-template-view.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/** A usable template by id (`tpl_…`) or by exact name; null when there is none. */
export async function findTemplate(ctx: Ctx, idOrName: string): Promise<TemplateView | null> {
  const id = readId("template", idOrName);
  const row = await db().template.findFirst({
    where: { AND: [usableTemplates(ctx), id === null ? { name: idOrName } : { id }] },
  });
  return row === null ? null : toTemplateView(row);
}

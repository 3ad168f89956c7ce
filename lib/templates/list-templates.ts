import type { Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { toTemplateView } from "#lib/templates/to-template-view.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/** What a project may use: its own templates and the predefined ones, archived ones left out. */
export function usableTemplates(ctx: Ctx): Prisma.TemplateWhereInput {
  return { archivedAt: null, OR: [{ projectId: ctx.projectId }, { projectId: null }] };
}

/** All usable templates: predefined first, in the order they were shipped, then custom ones by name. */
export async function listTemplates(ctx: Ctx, client: Pick<Tx, "template"> = db()): Promise<TemplateView[]> {
  const rows = await client.template.findMany({ where: usableTemplates(ctx), orderBy: { number: "asc" } });
  const views = rows.map(toTemplateView);
  const custom = views
    .filter((view) => view.kind === "custom")
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
  return [...views.filter((view) => view.kind === "predefined"), ...custom];
}

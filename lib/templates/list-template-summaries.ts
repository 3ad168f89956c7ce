import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import { listTemplates } from "#lib/templates/list-templates.ts";
import { toTemplateView } from "#lib/templates/to-template-view.ts";
import type { TemplateSummary, TemplateView } from "#lib/templates/view.ts";

/** What a project may use, or (`isArchived`) the custom templates that it has archived, each with its use. */
export async function listTemplateSummaries(
  ctx: Ctx,
  { isArchived = false }: { isArchived?: boolean } = {},
): Promise<TemplateSummary[]> {
  return withUse(ctx, isArchived ? await listArchived(ctx) : await listTemplates(ctx));
}

/** The last archived first. */
async function listArchived(ctx: Ctx): Promise<TemplateView[]> {
  const rows = await db().template.findMany({
    where: { projectId: ctx.projectId, archivedAt: { not: null } },
    orderBy: [{ archivedAt: "desc" }, { number: "desc" }],
  });
  return rows.map(toTemplateView);
}

/** Adds to each template how many of the project's tasks were made from it. */
export async function withUse(ctx: Ctx, views: readonly TemplateView[]): Promise<TemplateSummary[]> {
  const ids = views.map(({ id }) => readId("template", id)).filter((id) => id !== null);
  // A task uses a template once, so its jobs are its tasks.
  const counts = await db().job.groupBy({
    by: ["templateId"],
    where: { projectId: ctx.projectId, templateId: { in: ids } },
    _count: { _all: true },
  });
  const byId = new Map(counts.map(({ templateId, _count }) => [templateId, _count._all]));
  return views.map((view) => ({ ...view, usedBy: byId.get(readId("template", view.id)) ?? 0 }));
}

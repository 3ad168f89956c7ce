import type { Ctx } from "#lib/context.ts";
import type { Tx } from "#lib/db/client.ts";
import { AppError, type FieldIssue } from "#lib/errors.ts";
import { listTemplates } from "#lib/templates/list-templates.ts";
import { nearestNames } from "#lib/templates/nearest-names.ts";
import { templateIssues } from "#lib/templates/template-issues.ts";
import { findCapabilities } from "#lib/workers/find-capabilities.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/**
 * The templates of a request, by id or by exact name, in its order.
 * @throws {AppError} `invalid_input` with issues under `templates`: unknown (with names that look alike), named twice, or
 * with an option that this engine does not do
 */
export async function findChosenTemplates(
  tx: Tx,
  ctx: Ctx,
  wanted: readonly string[],
): Promise<TemplateView[]> {
  const usable = await listTemplates(ctx, tx);
  const capabilities = await findCapabilities(tx);
  const issues: FieldIssue[] = [];
  const chosen: TemplateView[] = [];
  for (const [index, idOrName] of wanted.entries()) {
    const path = wanted.length === 1 ? "templates" : `templates.${index}`;
    const template = usable.find((one) => one.id === idOrName) ?? usable.find((one) => one.name === idOrName);
    if (template === undefined) issues.push({ path, message: unknownTemplate(idOrName, usable) });
    else if (chosen.includes(template))
      issues.push({ path, message: `The template ${template.name} is chosen twice.` });
    else {
      chosen.push(template);
      for (const issue of templateIssues(template.spec, capabilities))
        issues.push({
          path,
          message: `The template ${template.name} cannot be used: ${issue.path}: ${issue.message}`,
        });
    }
  }
  if (issues.length > 0)
    throw new AppError("invalid_input", issues.map((issue) => issue.message).join(" "), { issues });
  return chosen;
}

function unknownTemplate(idOrName: string, usable: readonly TemplateView[]): string {
  const shown = idOrName.length > 80 ? `${idOrName.slice(0, 80)}…` : idOrName;
  const near = nearestNames(
    idOrName,
    usable.map((one) => one.name),
  );
  const hint = near.length === 0 ? "See the list of templates." : `Did you mean ${near.join(" or ")}?`;
  return `There is no template ${shown}. ${hint}`;
}

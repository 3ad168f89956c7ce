import type { Ctx } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { findTemplate } from "#lib/templates/find-template.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/**
 * A usable template by id or by exact name.
 * @throws {AppError} `not_found`
 */
export async function getTemplate(ctx: Ctx, idOrName: string): Promise<TemplateView> {
  const view = await findTemplate(ctx, idOrName);
  if (view === null) throw new AppError("not_found", "There is no such template in this project.");
  return view;
}

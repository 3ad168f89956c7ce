import type { Ctx } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { findOutput } from "#lib/outputs/find-output.ts";
import type { OutputView } from "#lib/outputs/view.ts";

/**
 * An Output in use, by id or by exact name.
 * @throws {AppError} `not_found`
 */
export async function getOutput(ctx: Ctx, idOrName: string): Promise<OutputView> {
  const view = await findOutput(ctx, idOrName);
  if (view === null) throw new AppError("not_found", "There is no such Output in this project.");
  return view;
}

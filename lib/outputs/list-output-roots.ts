import { requireRole, type Ctx } from "#lib/context.ts";
import { getEnv } from "#lib/env.ts";

/** The folders that local Outputs must lie in, absolute. Role admin. */
export function listOutputRoots(ctx: Ctx): string[] {
  requireRole(ctx, "admin");
  return [...getEnv().outputRoots];
}

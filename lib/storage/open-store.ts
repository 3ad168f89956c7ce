import path from "node:path";

import { AppError } from "#lib/errors.ts";
import { type Env, getEnv } from "#lib/env.ts";
import { LocalStore } from "#lib/storage/local-store.ts";
import type { Store } from "#lib/storage/store.ts";

export type StorableOutput = { name: string; type: "local" | "s3"; folder: string | null; prefix: string };

/**
 * The store of an Output's row.
 * @throws {AppError} `unavailable` when its folder lies in none of OUTPUT_ROOTS, or when this version has no store of its type.
 */
export function openStore(output: StorableOutput, env: Pick<Env, "outputRoots"> = getEnv()): Store {
  if (output.type !== "local" || output.folder === null) {
    throw new AppError(
      "unavailable",
      `The Output ${output.name} is of type ${output.type}, which this version cannot write to.`,
    );
  }
  const folder = path.resolve(output.folder);
  const isInside = env.outputRoots.some((root) => {
    const inside = path.resolve(root);
    return folder === inside || folder.startsWith(inside.endsWith(path.sep) ? inside : inside + path.sep);
  });
  if (!isInside) {
    throw new AppError(
      "unavailable",
      `The folder of the Output ${output.name} lies outside of OUTPUT_ROOTS. Ask an admin to list it there.`,
    );
  }
  return new LocalStore(path.join(folder, output.prefix), output.name);
}

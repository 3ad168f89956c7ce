import { realpathSync } from "node:fs";
import path from "node:path";

import { AppError } from "#lib/errors.ts";
import { type Env, getEnv } from "#lib/env.ts";
import { isCode } from "#lib/storage/durable-files.ts";
import { LocalStore } from "#lib/storage/local-store.ts";
import type { Store } from "#lib/storage/store.ts";

export type StorableOutput = { name: string; type: "local" | "s3"; folder: string | null; prefix: string };

/**
 * The store of an Output's row.
 * @throws {AppError} `unavailable` when its folder lies in none of OUTPUT_ROOTS, by name and in truth, or when this version has no store of its type.
 */
export function openStore(output: StorableOutput, env: Pick<Env, "outputRoots"> = getEnv()): Store {
  if (output.type !== "local" || output.folder === null) {
    throw new AppError(
      "unavailable",
      `The Output ${output.name} is of type ${output.type}, which this version cannot write to.`,
    );
  }
  const folder = path.join(path.resolve(output.folder), output.prefix);
  const isInside = env.outputRoots.some(
    (root) =>
      isBelow(path.resolve(root), path.resolve(folder)) && isBelow(realPlace(root), realPlace(folder)),
  );
  if (!isInside) {
    throw new AppError(
      "unavailable",
      `The folder of the Output ${output.name} lies outside of OUTPUT_ROOTS. Ask an admin to list it there.`,
    );
  }
  return new LocalStore(folder, output.name);
}

function isBelow(root: string, folder: string): boolean {
  return folder === root || folder.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}

/** Where a folder really is, symbolic links followed as far as it is there already. */
function realPlace(folder: string): string {
  const resolved = path.resolve(folder);
  try {
    return realpathSync(resolved);
  } catch (error) {
    const parent = path.dirname(resolved);
    // What cannot be looked into cannot be written to either; the store says why.
    if (!isCode(error, "ENOENT") || parent === resolved) return resolved;
    return path.join(realPlace(parent), path.basename(resolved));
  }
}

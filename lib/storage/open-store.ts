import { realpathSync } from "node:fs";
import path from "node:path";

import { AppError } from "#lib/errors.ts";
import type { Output } from "#lib/db/generated/client.ts";
import { type Env, getEnv } from "#lib/env.ts";
import { isCode } from "#lib/storage/durable-files.ts";
import { LocalStore } from "#lib/storage/local-store.ts";
import { openS3Store } from "#lib/storage/open-s3-store.ts";
import type { Store } from "#lib/storage/store.ts";

/** What of an Output's row says where its files are. `credentialsEncrypted` is left out of rows unless it is asked for. */
export type StorableOutput = Pick<
  Output,
  | "id"
  | "name"
  | "type"
  | "folder"
  | "prefix"
  | "endpoint"
  | "region"
  | "bucket"
  | "forcePathStyle"
  | "credentialsEncrypted"
>;

/** Selects a {@link StorableOutput}. */
export const STORABLE_OUTPUT = {
  id: true,
  name: true,
  type: true,
  folder: true,
  prefix: true,
  endpoint: true,
  region: true,
  bucket: true,
  forcePathStyle: true,
  credentialsEncrypted: true,
} as const satisfies Record<keyof StorableOutput, true>;

export type StoreEnv = Pick<Env, "outputRoots" | "allowedPrivateCidrs">;

/**
 * The store of an Output's row. Nothing is connected yet. `patienceMs`: how long a server that does not answer is asked
 * again; for requests that somebody waits for.
 * @throws {AppError} `unavailable` when its folder lies in none of OUTPUT_ROOTS, by name and in truth, or when a bucket has no credentials.
 */
export function openStore(
  output: StorableOutput,
  env: StoreEnv = getEnv(),
  options: { patienceMs?: number } = {},
): Store {
  return output.type === "s3" ? openS3Store(output, env, options) : openLocalStore(output, env);
}

/** The store of a local Output's folder. @throws {AppError} as {@link openStore} */
function openLocalStore(
  output: Pick<StorableOutput, "name" | "folder" | "prefix">,
  env: Pick<Env, "outputRoots">,
): Store {
  if (output.folder === null)
    throw new AppError("unavailable", `The Output ${output.name} has no folder. Ask an admin to set one.`);
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

import { mkdir } from "node:fs/promises";
import path from "node:path";

import type { Db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { toOutputView } from "#lib/outputs/to-output-view.ts";
import type { OutputView } from "#lib/outputs/view.ts";

/**
 * The local Output of a project with that name, made when missing; its folder is created. For the first start.
 * `folder` is absolute and lies in (or is) one of OUTPUT_ROOTS.
 * @throws {AppError} `invalid_input` when the folder lies elsewhere
 */
export async function ensureLocalOutput(
  client: Db,
  { projectId, name, folder }: { projectId: string; name: string; folder: string },
): Promise<OutputView> {
  const resolved = path.resolve(folder);
  if (!getEnv().outputRoots.some((root) => isInside(root, resolved)))
    throw new AppError("invalid_input", `The folder of the Output ${name} lies outside OUTPUT_ROOTS.`);
  await mkdir(resolved, { recursive: true });
  const row = await client.output.upsert({
    where: { projectId_name: { projectId, name } },
    create: { id: newId(), projectId, name, type: "local", folder: resolved },
    // An Output that an admin has changed since stays as it is.
    update: {},
  });
  return toOutputView(row);
}

function isInside(root: string, folder: string): boolean {
  const relative = path.relative(root, folder);
  return (
    relative === "" ||
    (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative))
  );
}

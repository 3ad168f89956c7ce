import { mkdir } from "node:fs/promises";
import path from "node:path";

import type { Tx } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { invalidField } from "#lib/parse-input.ts";
import { openStore } from "#lib/storage/open-store.ts";

/** What a local Output has of a bucket. */
const NOWHERE = {
  id: "",
  endpoint: null,
  region: "",
  bucket: "",
  forcePathStyle: true,
  credentialsEncrypted: null,
} as const;

type WantedFolder = { name: string; folder: string; projectId: string; exceptId?: string };

/**
 * The absolute form of a folder that an Output may have, made when it is missing. Until the transaction ends nobody else
 * claims one.
 * @throws {AppError} `invalid_input` at `folder`, as {@link checkFolder}
 */
export async function claimFolder(
  tx: Pick<Tx, "$executeRaw" | "output">,
  wanted: WantedFolder,
): Promise<string> {
  // Two folders that are claimed at the same time have to see each other.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('output-folders', 0))`;
  const folder = await checkFolder(tx, wanted);
  await makeFolder(folder);
  return folder;
}

/**
 * The absolute form of a folder that an Output may have. It lies in one of OUTPUT_ROOTS, by name and in truth, and
 * overlaps with no other Output's: two Outputs on one folder would overwrite each other's files, and one project would
 * read another's. `exceptId`: the Output (UUID) that is being changed.
 * @throws {AppError} `invalid_input` at `folder`
 */
export async function checkFolder(client: Pick<Tx, "output">, wanted: WantedFolder): Promise<string> {
  const folder = path.resolve(wanted.folder);
  refuseOutside(wanted.name, folder);
  const others = await client.output.findMany({
    where: { type: "local", folder: { not: null }, ...(wanted.exceptId && { id: { not: wanted.exceptId } }) },
    select: { name: true, projectId: true, folder: true, prefix: true },
  });
  for (const other of others) {
    const taken = path.join(path.resolve(other.folder ?? ""), other.prefix);
    if (!isWithin(taken, folder) && !isWithin(folder, taken)) continue;
    const owner = other.projectId === wanted.projectId ? `the Output ${other.name}` : "another project";
    throw invalidField(
      "folder",
      `This folder is in use by ${owner}, lies in its folder or holds it. Choose a folder of its own.`,
    );
  }
  return folder;
}

function refuseOutside(name: string, folder: string): void {
  const { outputRoots } = getEnv();
  try {
    openStore({ ...NOWHERE, name, type: "local", folder, prefix: "" });
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    throw invalidField(
      "folder",
      `The folder lies outside of OUTPUT_ROOTS. Choose one in ${outputRoots.join(" or ")}.`,
    );
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown";
    throw invalidField("folder", `The folder cannot be made (${code}). Check its parent's rights and space.`);
  }
}

function isWithin(parent: string, folder: string): boolean {
  const relative = path.relative(parent, folder);
  return (
    relative === "" ||
    (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
  );
}

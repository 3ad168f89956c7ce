import { chown, mkdir, open } from "node:fs/promises";
import path from "node:path";

import { eachEntry, type ArchiveEntry } from "#lib/launcher/backup/archive-reader.ts";
import { FILES_FOLDER, PASSWORD_NAME } from "#lib/launcher/backup/backup.ts";
import { CLUSTER_FOLDER } from "#lib/launcher/backup/copy-cluster.ts";
import { DUMP_NAME } from "#lib/launcher/backup/dump-server.ts";
import { MANIFEST_NAME, MANIFEST_SUM_NAME } from "#lib/launcher/backup/manifest.ts";
import type { RunAs } from "#lib/launcher/postgres-runtime.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";

/** Where the parts of an archive go; a part without a place is an error. */
export type Places = {
  /** Of uploads and Outputs. */
  dataDir: string;
  clusterDir?: string;
  /** Of everything in `clusterDir`. */
  owner?: RunAs | undefined;
  passwordFile?: string;
  dumpFile?: string;
};

/** Unpacks a verified archive. Files are durable when it returns; none that exists is replaced. */
export async function unpackArchive(file: string, places: Places): Promise<void> {
  await eachEntry(file, async (entry) => {
    const { name, type, mode } = entry.header;
    if (name === MANIFEST_NAME || name === MANIFEST_SUM_NAME) return drain(entry);
    const inCluster = within(name, CLUSTER_FOLDER);
    if (inCluster !== undefined && places.clusterDir !== undefined) {
      const target = path.join(places.clusterDir, inCluster);
      if (type === "directory") {
        await drain(entry);
        await mkdir(target, { recursive: true, mode: 0o700 });
      } else await writeFile(target, entry, 0o600);
      if (places.owner !== undefined) await chown(target, places.owner.uid, places.owner.gid);
      return;
    }
    const inFiles = within(name, FILES_FOLDER);
    if (inFiles !== undefined) {
      const target = path.join(places.dataDir, inFiles);
      await mkdir(path.dirname(target), { recursive: true });
      return writeFile(target, entry, mode);
    }
    const target =
      name === PASSWORD_NAME ? places.passwordFile : name === DUMP_NAME ? places.dumpFile : undefined;
    if (target === undefined)
      throw new LauncherError(`The backup ${file} has a part that has no place: ${name}`);
    await writeFile(target, entry, 0o600);
  });
}

function within(name: string, folder: string): string | undefined {
  if (name === folder || name === `${folder}/`) return "";
  return name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : undefined;
}

async function writeFile(target: string, { content }: ArchiveEntry, mode: number): Promise<void> {
  const handle = await open(target, "wx", mode);
  try {
    for await (const piece of content) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function drain({ content }: ArchiveEntry): Promise<void> {
  for await (const _ of content);
}

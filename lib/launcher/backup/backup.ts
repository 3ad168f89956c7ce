import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";

import type { Settings } from "#lib/env.ts";
import { ArchiveWriter } from "#lib/launcher/backup/archive-writer.ts";
import { withCluster, type ClusterSession } from "#lib/launcher/backup/cluster-session.ts";
import { copyCluster } from "#lib/launcher/backup/copy-cluster.ts";
import { appliedMigrations, serverMajor } from "#lib/launcher/backup/database-facts.ts";
import { dumpServer } from "#lib/launcher/backup/dump-server.ts";
import { productVersion, secretKeyId, type BackupManifest } from "#lib/launcher/backup/manifest.ts";
import { findSecretKey } from "#lib/launcher/data-dir.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";

/** Inside DATA_DIR: what `--with-files` adds, beside local Outputs that lie in DATA_DIR. */
const UPLOADS = "uploads";
export const FILES_FOLDER = "files";
export const PASSWORD_NAME = "database-password";

export type BackupOptions = {
  /** Absolute. */
  to: string;
  /** Adds uploads, and what lies in OUTPUT_ROOTS inside of DATA_DIR. */
  withFiles?: boolean;
};
export type Backup = { file: string; sizeBytes: number };

/**
 * Writes a backup of the database that the settings name, running or not, into one file (mode 0600). The secret key is not
 * in it.
 * @throws {LauncherError} in a sentence that says what to do; nothing is left of the file then
 */
export async function backup(settings: Settings, options: BackupOptions): Promise<Backup> {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl === undefined)
    return withCluster(dataDir, (session) => backupCluster(settings, session, options));
  const taken = await dumpServer(databaseUrl, options.to);
  try {
    return await write(settings, options, { kind: "dump", ...taken.facts }, (archive) =>
      taken.addTo(archive),
    );
  } finally {
    await taken.remove();
  }
}

/** {@link backup} of a running embedded database at which the caller has sessions. */
export async function backupCluster(
  settings: Settings,
  { cluster, client, database }: ClusterSession,
  options: BackupOptions,
): Promise<Backup> {
  const facts = {
    kind: "cluster",
    postgresMajor: await serverMajor(client),
    migrations: await appliedMigrations(database),
  } as const;
  return write(settings, options, facts, async (archive) => {
    await archive.addBytes(PASSWORD_NAME, Buffer.from(`${cluster.password}\n`));
    await copyCluster(client, cluster.dataDir, archive);
  });
}

async function write(
  settings: Settings,
  { to, withFiles = false }: BackupOptions,
  facts: Pick<BackupManifest, "kind" | "postgresMajor" | "migrations">,
  addDatabase: (archive: ArchiveWriter) => Promise<void>,
): Promise<Backup> {
  const secretKey = findSecretKey(settings);
  if (secretKey === undefined)
    throw new LauncherError(
      `The secret key of ${settings.dataDir} is missing: without it, a backup could not be told from another's. Set SECRET_KEY.`,
    );
  const archive = await ArchiveWriter.create(to);
  try {
    await addDatabase(archive);
    // After the database: a file that it names is there, unless it was deleted meanwhile.
    if (withFiles) await addFiles(archive, settings);
    const sizeBytes = await archive.finish({
      format: 1,
      version: productVersion(),
      createdAt: new Date().toISOString(),
      ...facts,
      secretKeyId: secretKeyId(secretKey),
      dataDir: settings.dataDir,
      withFiles,
    } satisfies Omit<BackupManifest, "files">);
    return { file: to, sizeBytes };
  } catch (error) {
    await archive.abandon();
    throw error;
  }
}

async function addFiles(archive: ArchiveWriter, { dataDir, outputRoots }: Settings): Promise<void> {
  const inside = outputRoots
    .map((root) => path.relative(dataDir, root))
    .filter((name) => name !== "" && !name.startsWith("..") && !path.isAbsolute(name));
  for (const folder of new Set([UPLOADS, ...inside])) {
    const root = path.join(dataDir, folder);
    if (!existsSync(root)) continue;
    for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const source = path.join(entry.parentPath, entry.name);
      const name = path.relative(dataDir, source).split(path.sep).join("/");
      await archive.addFile(`${FILES_FOLDER}/${name}`, source);
    }
  }
}

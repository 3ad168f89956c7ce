import { chownSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Settings } from "#lib/env.ts";
import { verifyArchive } from "#lib/launcher/backup/archive-reader.ts";
import { refuseUnfit } from "#lib/launcher/backup/refuse-unfit.ts";
import { DUMP_NAME, restoreDump } from "#lib/launcher/backup/dump-server.ts";
import { unpackArchive } from "#lib/launcher/backup/unpack-archive.ts";
import { type BackupManifest } from "#lib/launcher/backup/manifest.ts";
import { prepareDataDir, readOrMakeSecretKey } from "#lib/launcher/data-dir.ts";
import { lockDataDir } from "#lib/launcher/instance-lock.ts";
import { keepDatabase } from "#lib/launcher/keep-database.ts";
import { migrateDatabase } from "#lib/launcher/migrate.ts";
import { preparePostgresRuntime } from "#lib/launcher/postgres-runtime.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";

export type RestoreOptions = {
  /** Absolute. */
  from: string;
  /** The text of the secret key that belongs to the backup; undefined: SECRET_KEY of the settings. */
  key?: string | undefined;
  /** Goes on without the key: whatever was encrypted with it stays unreadable. */
  withoutKey?: boolean;
  /** Receives what is being done. */
  say: (sentence: string) => void;
  /** Runs once the database is there and migrated, with its address, before the folder is given free. */
  afterwards: (restored: {
    manifest: BackupManifest;
    databaseUrl: string;
    secretKey: string;
  }) => Promise<void>;
};

/**
 * Makes an installation from a backup: into an empty DATA_DIR, or with DATABASE_URL into an empty database (and an
 * empty DATA_DIR when the archive holds files). The whole archive is verified first. When something fails, DATA_DIR is as
 * it was.
 * @throws {LauncherError} in a sentence that says what to do
 */
export async function restore(settings: Settings, options: RestoreOptions): Promise<BackupManifest> {
  const { dataDir, databaseUrl, publicUrl } = settings;
  prepareDataDir(dataDir);
  const unlock = lockDataDir(dataDir, publicUrl);
  try {
    if (databaseUrl === undefined) refuseFull(dataDir);
    options.say(`Verifying ${options.from}…`);
    const manifest = await verifyArchive(options.from);
    refuseUnfit(settings, manifest, options);
    // With a server of one's own, DATA_DIR may be the shared folder that is there already.
    const isFilled = databaseUrl === undefined || manifest.withFiles;
    if (isFilled) refuseFull(dataDir);
    try {
      await (databaseUrl === undefined
        ? restoreCluster(settings, manifest, options)
        : restoreServer(settings, databaseUrl, manifest, options));
    } catch (error) {
      if (isFilled) emptyAgain(dataDir);
      throw error;
    }
    return manifest;
  } finally {
    unlock();
  }
}

async function restoreCluster(
  settings: Settings,
  manifest: BackupManifest,
  options: RestoreOptions,
): Promise<void> {
  const { dataDir } = settings;
  const homeDir = path.join(dataDir, "postgres");
  const { homeDir: place, runAs } = preparePostgresRuntime(homeDir);
  options.say("Copying the database…");
  try {
    await unpackArchive(options.from, {
      clusterDir: path.join(place, "data"),
      owner: runAs,
      passwordFile: path.join(homeDir, "password"),
      dataDir,
    });
    if (runAs !== undefined) chownSync(path.join(place, "data"), runAs.uid, runAs.gid);
    const secretKey = keepKey(settings, options);
    const database = await keepDatabase(dataDir, options.say);
    try {
      await migrateDatabase(database.url);
      await options.afterwards({ manifest, databaseUrl: database.url, secretKey });
    } finally {
      await database.stop();
    }
  } catch (error) {
    if (place !== homeDir) rmSync(place, { recursive: true, force: true });
    throw error;
  }
}

async function restoreServer(
  settings: Settings,
  databaseUrl: string,
  manifest: BackupManifest,
  options: RestoreOptions,
): Promise<void> {
  const dump = path.join(settings.dataDir, DUMP_NAME);
  options.say("Filling the database…");
  try {
    await unpackArchive(options.from, { dumpFile: dump, dataDir: settings.dataDir });
    await restoreDump(databaseUrl, dump);
  } finally {
    rmSync(dump, { force: true });
  }
  await migrateDatabase(databaseUrl);
  const secretKey = settings.secretKey ?? "";
  await options.afterwards({ manifest, databaseUrl, secretKey });
}

/** With SECRET_KEY in the environment no file is needed; otherwise the next start reads this one. */
function keepKey({ dataDir, secretKey }: Settings, { key }: RestoreOptions): string {
  if (key === undefined) return secretKey ?? readOrMakeSecretKey(dataDir);
  if (secretKey === undefined)
    writeFileSync(path.join(dataDir, "secret-key"), `${key}\n`, { mode: 0o600, flag: "wx" });
  return key;
}

/** What the lock itself puts there does not count. */
const isOurs = (name: string) => name.startsWith("supervisor.json");

function refuseFull(dataDir: string): void {
  const there = readdirSync(dataDir).filter((name) => !isOurs(name));
  if (there.length === 0) return;
  throw new LauncherError(
    `${dataDir} is not empty (${there.slice(0, 3).join(", ")}${there.length > 3 ? ", …" : ""}). A backup is restored ` +
      `into an empty folder: move this one away, or choose another DATA_DIR. Nothing was changed.`,
  );
}

function emptyAgain(dataDir: string): void {
  for (const name of readdirSync(dataDir).filter((entry) => !isOurs(entry)))
    rmSync(path.join(dataDir, name), { recursive: true, force: true });
}

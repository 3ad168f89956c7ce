import { mkdirSync, readdirSync, rmSync, statfsSync } from "node:fs";
import path from "node:path";

import type { Settings } from "#lib/env.ts";
import { formatBytes } from "#lib/format.ts";
import { backupCluster, type Backup } from "#lib/launcher/backup/backup.ts";
import { withCluster } from "#lib/launcher/backup/cluster-session.ts";
import { clusterBytes } from "#lib/launcher/backup/copy-cluster.ts";
import { appliedMigrations } from "#lib/launcher/backup/database-facts.ts";
import { knownMigrations } from "#lib/launcher/backup/manifest.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";

const KEPT = 3;
const PREFIX = "before-migrations-";

/**
 * Backs the running embedded database up into `DATA_DIR/backups` when migrations are about to change it, and keeps the
 * last three of these. Undefined when there is nothing to lose: a new database, or nothing to migrate.
 * @throws {LauncherError} when that cannot be done; the migrations must not begin then
 */
export async function backupBeforeMigrations(
  settings: Settings,
  say: (sentence: string) => void,
): Promise<Backup | undefined> {
  return withCluster(settings.dataDir, async (session) => {
    const applied = await appliedMigrations(session.database);
    const pending = knownMigrations().filter((name) => !applied.includes(name));
    if (applied.length === 0 || pending.length === 0) return undefined;
    const folder = path.join(settings.dataDir, "backups");
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      refuseFullDisk(folder, await clusterBytes(session.cluster.dataDir));
      const moment = new Date()
        .toISOString()
        .replace(/\.\d+Z$/, "Z")
        .replaceAll(":", "");
      const to = path.join(folder, `${PREFIX}${moment}.tar.gz`);
      const made = await backupCluster(settings, session, { to });
      say(`This version changes the database. Backup: ${made.file} (${formatBytes(made.sizeBytes, "en")})`);
      removeOlder(folder);
      return made;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new LauncherError(
        `This version changes the database (${pending.join(", ")}), and the backup before that failed: ${why}\n` +
          `Nothing was changed. Go on with the version before, or make room and start again.`,
      );
    }
  });
}

/** @throws {LauncherError} when the copy may not fit: packed it is smaller, but nobody knows by how much */
function refuseFullDisk(folder: string, neededBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= neededBytes) return;
  throw new LauncherError(
    `${folder} has ${formatBytes(bavail * bsize, "en")} free, and the database has ${formatBytes(neededBytes, "en")}.`,
  );
}

/** Their names sort by time. */
function removeOlder(folder: string): void {
  const made = readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX) && name.endsWith(".tar.gz"))
    .sort();
  for (const name of made.slice(0, -KEPT)) rmSync(path.join(folder, name));
}

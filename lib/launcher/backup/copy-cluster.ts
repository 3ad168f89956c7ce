import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type pg from "pg";

import type { ArchiveWriter } from "#lib/launcher/backup/archive-writer.ts";
import { LauncherError } from "#lib/launcher/quiet-step.ts";

/**
 * What a copy of a running cluster leaves out, as pg_basebackup does
 * (https://www.postgresql.org/docs/18/continuous-archiving.html, "Backing Up The Data Directory").
 */
const EMPTIED = new Set([
  ...["pg_dynshmem", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans"],
  "pg_wal",
]);
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|current_logfiles|backup_label.*|tablespace_map.*|pg_internal\.init.*|pgsql_tmp.*)$/;
const CONTROL = "global/pg_control";
export const CLUSTER_FOLDER = "cluster";

/**
 * Copies a running cluster into an archive such that it can be started: its files as they come, under `pg_backup_start`,
 * and the write-ahead log from there to the end. `session` must be a superuser's and used by nobody else meanwhile: the
 * backup ends with it.
 */
export async function copyCluster(
  session: pg.Client,
  dataDir: string,
  archive: ArchiveWriter,
): Promise<void> {
  // Keeps the log from being recycled however long the copy takes; gone with the session.
  await session.query("SELECT pg_create_physical_replication_slot($1, true, true)", [
    `vod_backup_${process.pid}`,
  ]);
  await session.query("SELECT pg_backup_start('vod-console', true)");
  await addBelow(archive, dataDir, "");
  // Last, as pg_basebackup does: it must not be older than what was copied before.
  await archive.addFile(`${CLUSTER_FOLDER}/${CONTROL}`, path.join(dataDir, CONTROL));
  const stopped = await session.query<{ label: string; first: string; last: string }>(`
    SELECT labelfile AS label, substring(labelfile from 'file ([0-9A-F]{24})') AS first, pg_walfile_name(lsn) AS last
    FROM pg_backup_stop(true)`);
  const end = stopped.rows[0];
  if (end === undefined) throw new Error("pg_backup_stop gave no row");
  await archive.addBytes(`${CLUSTER_FOLDER}/backup_label`, Buffer.from(end.label));
  await addLog(archive, path.join(dataDir, "pg_wal"), end);
}

/** Bytes of a cluster's files: no archive of it is larger by more than its own names. */
export async function clusterBytes(dataDir: string): Promise<number> {
  let total = 0;
  for (const entry of await readdir(dataDir, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    total += await stat(path.join(entry.parentPath, entry.name)).then(({ size }) => size, orGone);
  }
  return total;
}

async function addBelow(archive: ArchiveWriter, dataDir: string, folder: string): Promise<void> {
  const here = path.join(dataDir, folder);
  await archive.addFolder(path.posix.join(CLUSTER_FOLDER, folder), 0o700);
  const entries = await readdir(here, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  for (const entry of entries) {
    const name = path.posix.join(folder, entry.name);
    if (LEFT_OUT.test(entry.name) || name === CONTROL) continue;
    if (entry.isSymbolicLink())
      throw new LauncherError(`${path.join(here, entry.name)} leads elsewhere; a backup cannot follow it.`);
    if (!entry.isDirectory()) await archive.addFile(`${CLUSTER_FOLDER}/${name}`, path.join(here, entry.name));
    else if (EMPTIED.has(name)) await archive.addFolder(`${CLUSTER_FOLDER}/${name}`, 0o700);
    else await addBelow(archive, dataDir, name);
  }
}

async function addLog(
  archive: ArchiveWriter,
  walDir: string,
  { first, last }: { first: string; last: string },
): Promise<void> {
  const segments = (await readdir(walDir))
    .filter((name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last)
    .sort();
  if (segments[0] !== first || segments.at(-1) !== last)
    throw new LauncherError(`The database's log in ${walDir} lacks parts of this backup. Try it again.`);
  const histories = (await readdir(walDir)).filter((name) => name.endsWith(".history"));
  for (const name of [...histories, ...segments])
    await archive.addFile(`${CLUSTER_FOLDER}/pg_wal/${name}`, path.join(walDir, name));
}

function orGone(error: unknown): number {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
  throw error;
}

import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { parseSettings } from "#lib/env.ts";
import { verifyArchive } from "#lib/launcher/backup/archive-reader.ts";
import { backupBeforeMigrations } from "#lib/launcher/backup/before-migrations.ts";
import { knownMigrations } from "#lib/launcher/backup/manifest.ts";
import { readOrMakeSecretKey } from "#lib/launcher/data-dir.ts";
import { lockDataDir } from "#lib/launcher/instance-lock.ts";
import { keepDatabase, type KeptDatabase } from "#lib/launcher/keep-database.ts";
import { migrateDatabase, runPrisma } from "#lib/launcher/migrate.ts";
import { ROOT } from "#lib/launcher/quiet-step.ts";

let folder = "";
let database: KeptDatabase | undefined;
let unlock = () => {};

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "vod-premigration-"));
  chmodSync(folder, 0o711);
  unlock = lockDataDir(folder, "http://127.0.0.1:1");
  readOrMakeSecretKey(folder);
  database = await keepDatabase(folder, () => undefined);
});
afterEach(async () => {
  await database?.stop();
  unlock();
  rmSync(folder, { recursive: true, force: true });
});

const url = () => database?.url ?? "";
const backups = () => readdirSync(path.join(folder, "backups")).sort();

/** The database as the version before the last migration left it: the others, applied by Prisma itself. */
async function makeOldDatabase(): Promise<void> {
  const all = path.join(ROOT, "prisma", "migrations");
  const place = path.join(folder, "older-version");
  for (const name of ["migration_lock.toml", ...knownMigrations().slice(0, -1)])
    cpSync(path.join(all, name), path.join(place, name), { recursive: true });
  const config = path.join(folder, "prisma.config.mjs");
  const schema = JSON.stringify(path.join(ROOT, "prisma", "schema.prisma"));
  writeFileSync(
    config,
    `export default { schema: ${schema}, migrations: { path: ${JSON.stringify(place)} },
      datasource: { url: process.env.DATABASE_URL } };`,
  );
  const { code, output } = await runPrisma(["migrate", "deploy", "--config", config], url());
  expect(code, output).toBe(0);
}

test("an old database is backed up before its migrations, a new one and a current one are not", async () => {
  const settings = parseSettings({ DATA_DIR: folder });
  const said: string[] = [];
  const say = (sentence: string) => said.push(sentence);
  expect(await backupBeforeMigrations(settings, say)).toBeUndefined();

  await makeOldDatabase();
  mkdirSync(path.join(folder, "backups"));
  const older = ["1", "2", "3"].map((n) => `before-migrations-2020-01-0${n}T000000Z.tar.gz`);
  for (const name of [...older, "mine.tar.gz"]) writeFileSync(path.join(folder, "backups", name), "x");
  const made = await backupBeforeMigrations(settings, say);
  expect((await verifyArchive(made?.file ?? "")).migrations).toEqual(knownMigrations().slice(0, -1));
  expect(said.join()).toMatch(/This version changes the database\. Backup: /);
  // The last three of ours, and whatever a person put there.
  expect(backups()).toEqual([...older.slice(1), path.basename(made?.file ?? ""), "mine.tar.gz"]);

  expect(await migrateDatabase(url())).toEqual(knownMigrations().slice(-1));
  expect(await backupBeforeMigrations(settings, say)).toBeUndefined();
  expect(said).toHaveLength(1);
}, 120_000);

test("a backup that cannot be made stops the start with a sentence, and nothing is left of it", async () => {
  await makeOldDatabase();
  // The folder's name is a file: nothing can be written there, whoever we are.
  writeFileSync(path.join(folder, "backups"), "");
  await expect(backupBeforeMigrations(parseSettings({ DATA_DIR: folder }), () => undefined)).rejects.toThrow(
    /and the backup before that failed: EEXIST.+\nNothing was changed/,
  );
  rmSync(path.join(folder, "backups"));
  rmSync(path.join(folder, "secret-key"));
  await expect(backupBeforeMigrations(parseSettings({ DATA_DIR: folder }), () => undefined)).rejects.toThrow(
    /and the backup before that failed: The secret key .+ is missing.+\nNothing was changed/,
  );
  expect(backups()).toEqual([]);
}, 120_000);

import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";

import { eachEntry, verifyArchive } from "#lib/launcher/backup/archive-reader.ts";
import { ArchiveWriter } from "#lib/launcher/backup/archive-writer.ts";
import { knownMigrations, secretKeyId, type BackupManifest } from "#lib/launcher/backup/manifest.ts";
import { refuseUnfit } from "#lib/launcher/backup/refuse-unfit.ts";
import { parseSettings } from "#lib/env.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "vod-archive-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const KEY = "a key that only tests use, 0123456789";
const FACTS = {
  format: 1,
  version: "0.1.0",
  createdAt: "2026-11-21T12:00:00.000Z",
  kind: "cluster",
  postgresMajor: 18,
  migrations: ["20261120000000_initial"],
  secretKeyId: secretKeyId(KEY),
  dataDir: "/srv/vod",
  withFiles: false,
} as const;

async function makeArchive(facts: object = FACTS): Promise<string> {
  const source = path.join(folder, "source");
  writeFileSync(source, Buffer.alloc(3_000_000, "page "));
  const file = path.join(folder, "a.tar.gz");
  const archive = await ArchiveWriter.create(file);
  await archive.addFolder("cluster/pg_tblspc", 0o700);
  expect(await archive.addFile("cluster/base/1/2", source)).toBe(true);
  expect(await archive.addFile("cluster/base/1/3", path.join(folder, "gone"))).toBe(false);
  await archive.addBytes("cluster/backup_label", Buffer.from("START"));
  await archive.addBytes("cluster/empty", Buffer.alloc(0));
  expect(await archive.finish(facts)).toBeGreaterThan(1_000);
  return file;
}

test("an archive gives back what was put in, with its manifest last", async () => {
  const file = await makeArchive();
  const { files, ...facts } = await verifyArchive(file);
  expect(facts).toEqual(FACTS);
  expect(Object.entries(files).map(([name, { sizeBytes }]) => [name, sizeBytes])).toEqual([
    ["cluster/base/1/2", 3_000_000],
    ["cluster/backup_label", 5],
    ["cluster/empty", 0],
  ]);
  const names: string[] = [];
  await eachEntry(file, async ({ header, content }) => {
    names.push(header.name);
    for await (const _ of content);
  });
  expect(names).toEqual([
    ...["cluster/pg_tblspc/", "cluster/base/1/2", "cluster/backup_label", "cluster/empty"],
    ...["manifest.json", "manifest.sha256"],
  ]);
  expect(readdirSync(folder).sort()).toEqual(["a.tar.gz", "source"]);
});

test("one that was cut short, at any place, is refused", async () => {
  const file = await makeArchive();
  const whole = readFileSync(file);
  for (const share of [0, 0.01, 0.5, 0.99]) {
    truncateSync(file, Math.floor(whole.length * share));
    await expect(verifyArchive(file)).rejects.toThrow(/is damaged: .+ Nothing was restored/);
    writeFileSync(file, whole);
  }
  await expect(verifyArchive(file)).resolves.toBeDefined();
});

test("a flipped bit of the packed file and a changed byte of the content are refused", async () => {
  const file = await makeArchive();
  const whole = readFileSync(file);
  const flipped = Buffer.from(whole);
  const middle = Math.floor(whole.length / 2);
  flipped[middle] = (flipped[middle] ?? 0) ^ 1;
  writeFileSync(file, flipped);
  await expect(verifyArchive(file)).rejects.toThrow(/is damaged/);
  const tar = gunzipSync(whole);
  tar[tar.indexOf("page ") + 100_000] = 0;
  writeFileSync(file, gzipSync(tar));
  await expect(verifyArchive(file)).rejects.toThrow("cluster/base/1/2 is not what was written");
});

test("what is no backup, and what is not there, is said in a sentence", async () => {
  const other = path.join(folder, "other.tar.gz");
  writeFileSync(other, "not packed at all");
  await expect(verifyArchive(other)).rejects.toThrow(/is damaged/);
  await expect(verifyArchive(path.join(folder, "none"))).rejects.toThrow(/There is no file/);
  const newer = await makeArchive({ ...FACTS, format: 2 });
  await expect(verifyArchive(newer)).rejects.toThrow(/made by a newer version/);
});

test("a file that is there is never replaced, and a backup that is given up leaves nothing", async () => {
  const file = await makeArchive();
  await expect(ArchiveWriter.create(file)).rejects.toThrow(/is there already/);
  const other = path.join(folder, "b.tar.gz");
  const archive = await ArchiveWriter.create(other);
  await archive.addBytes("x", Buffer.from("x"));
  await archive.abandon();
  expect(existsSync(other)).toBe(false);
  expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
});

test("a file that a living database shortens meanwhile keeps its announced length", async () => {
  const source = path.join(folder, "source");
  writeFileSync(source, Buffer.alloc(5_000_000, 7));
  const archive = await ArchiveWriter.create(path.join(folder, "c.tar.gz"));
  const adding = archive.addFile("cluster/x", source);
  truncateSync(source, 10);
  await adding;
  await archive.addBytes("cluster/y", Buffer.from("next"));
  await archive.finish(FACTS);
  const { files } = await verifyArchive(path.join(folder, "c.tar.gz"));
  expect(files["cluster/y"]?.sizeBytes).toBe(4);
});

test("what does not fit this version, this key or this kind of database is refused", () => {
  const settings = parseSettings({ DATA_DIR: folder });
  const server = parseSettings({
    DATA_DIR: folder,
    DATABASE_URL: "postgresql://a:b@127.0.0.1/vod",
    SECRET_KEY: KEY,
  });
  const manifest: BackupManifest = { ...FACTS, migrations: knownMigrations(), files: {} };
  const from = "b.tar.gz";
  expect(() => refuseUnfit(settings, manifest, { from, key: KEY })).not.toThrow();
  expect(() => refuseUnfit(settings, manifest, { from, withoutKey: true })).not.toThrow();
  expect(() => refuseUnfit(server, { ...manifest, kind: "dump" }, { from })).not.toThrow();
  expect(() => refuseUnfit(settings, manifest, { from })).toThrow(/The secret key of the backup is needed/);
  expect(() => refuseUnfit(settings, manifest, { from, key: `${KEY}!` })).toThrow(/not the one that/);
  expect(() => refuseUnfit(server, manifest, { from })).toThrow(/Unset DATABASE_URL/);
  expect(() => refuseUnfit(settings, { ...manifest, kind: "dump" }, { from, key: KEY })).toThrow(
    /Set DATABASE_URL/,
  );
  const newer = {
    ...manifest,
    version: "9.0.0",
    migrations: [...manifest.migrations, "20991231000000_later"],
  };
  expect(() => refuseUnfit(settings, newer, { from, key: KEY })).toThrow(
    /newer version \(9.0.0\).+20991231000000_later/,
  );
});

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readStoreId } from "#lib/worker/store-id.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "vod-store-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

test("workers that start at once with one folder agree on its id; another folder has another", async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => readStoreId({ dataDir })));
  expect(new Set(ids).size).toBe(1);
  expect(await readStoreId({ dataDir })).toBe(ids[0]);
  expect(await readdir(dataDir)).toEqual(["store-id"]);
  expect(await readStoreId({ dataDir: path.join(dataDir, "other") })).not.toBe(ids[0]);
});

test("a file with something else in it is said by name", async () => {
  await writeFile(path.join(dataDir, "store-id"), "\n");
  await expect(readStoreId({ dataDir })).rejects.toThrow(/store-id does not hold an id. Remove it/);
});

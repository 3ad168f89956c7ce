import { mkdir, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { WorkDisk } from "#lib/worker/disk-space.ts";
import { failureOf } from "#lib/worker/outcome.ts";

let root: string;
/** A source whose work takes sixty percent of what is free here. */
let large: number;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "work-disk-"));
  const { bavail, bsize } = await statfs(root);
  large = (bavail * bsize * 0.6) / 2;
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("what one attempt has reserved is not free for another, until it has ended", async () => {
  const disk = new WorkDisk();
  const [one, other] = [path.join(root, "one"), path.join(root, "other")];
  await disk.reserve(one, large, "w");
  const refused = await disk.reserve(other, large, "w").catch((error: unknown) => failureOf(error));
  expect(refused).toMatchObject({ code: "WORKER_DISK_FULL", params: { worker: "w" }, retryable: true });
  await disk.reserve(other, 1, "w");
  disk.release(one);
  await disk.reserve(other, large, "w");
});

test("an attempt's second look takes the place of its first", async () => {
  const disk = new WorkDisk();
  await disk.reserve(path.join(root, "one"), large, "w");
  await disk.reserve(path.join(root, "one"), large, "w");
});

test("of two that look at the same time one is refused", async () => {
  const disk = new WorkDisk();
  const looks = ["one", "other"].map((name) => disk.reserve(path.join(root, name), large, "w"));
  const results = await Promise.allSettled(looks);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});

test("what has been written already is not counted twice", async () => {
  const disk = new WorkDisk();
  const folder = path.join(root, "written");
  await mkdir(path.join(folder, "encode"), { recursive: true });
  await disk.reserve(folder, 1, "w");
  // More than it had said: it takes nothing from others beyond what the disk itself shows.
  await writeFile(path.join(folder, "encode", "a"), Buffer.alloc(1000));
  await disk.reserve(path.join(root, "next"), large, "w");
});

import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer, text } from "node:stream/consumers";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { inParallel } from "#lib/storage/in-parallel.ts";
import { S3Store } from "#lib/storage/s3-store.ts";
import { PREVIOUS_NAME, type Store } from "#lib/storage/store.ts";
import { testStore } from "#lib/storage/store-contract.ts";
import { makeBucket, type TestBucket } from "#lib/storage/test-s3.ts";

const MIB = 1024 ** 2;

let bucket: TestBucket;
let folder: string;
let big: string;
let bigBytes: Buffer;
beforeAll(async () => {
  bucket = await makeBucket();
  folder = await mkdtemp(path.join(tmpdir(), "vod-s3-"));
  big = path.join(folder, "big.mp4");
  bigBytes = randomBytes(12 * MIB + 17);
  await writeFile(big, bigBytes);
});
afterAll(() => rm(folder, { recursive: true }));

const freshPrefix = () => `${randomBytes(6).toString("hex")}/`;
/** Parts as small as S3 allows them. */
const SMALL = { partBytes: 5 * MIB, copyBytes: 5 * MIB };
const typeOf = async (key: string) =>
  (await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key }))).ContentType;
const names = async (store: Store) => {
  const found: string[] = [];
  for await (const file of store.list("")) found.push(file.path);
  return found.sort();
};
const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const read = async (store: Store, name: string) => buffer(await store.read(name));

testStore("S3Store", async () => new S3Store(bucket.open(), freshPrefix()));
testStore("S3Store at a bucket's root", async () => new S3Store((await makeBucket()).open(), ""));

describe("a large file", () => {
  test("goes in parts and arrives whole, with its content type", async () => {
    const prefix = freshPrefix();
    const store = new S3Store(bucket.open(), prefix, SMALL);
    await store.putFile("clip.mp4", big, "video/mp4");
    expect(digest(await read(store, "clip.mp4"))).toBe(digest(bigBytes));
    expect(await typeOf(`${prefix}clip.mp4`)).toBe("video/mp4");
    expect(await bucket.unfinished()).toEqual([]);
  });

  test("as a primary it waits in parts under no name, is put there in one step, and what it replaced is copied in parts", async () => {
    const prefix = freshPrefix();
    const store = new S3Store(bucket.open(), prefix, SMALL);
    const old = randomBytes(11 * MIB);
    await writeFile(path.join(folder, "old"), old);
    await store.putFile("clip.mp4", path.join(folder, "old"), "video/x-old");
    const staged = await store.stagePrimary("clip.mp4", big, {
      attemptFolder: "clip.1-1",
      type: "video/mp4",
    });
    expect(await bucket.unfinished()).toEqual([`${prefix}clip.mp4`]);
    expect(digest(await read(store, "clip.mp4"))).toBe(digest(old));
    await staged.replace(() => true);
    expect(await bucket.unfinished()).toEqual([]);
    expect(digest(await read(store, "clip.mp4"))).toBe(digest(bigBytes));
    expect(digest(await read(store, `clip.1-1/${PREVIOUS_NAME}`))).toBe(digest(old));
    expect(await store.restorePrimary("clip.mp4", "clip.1-1")).toBe(true);
    expect(digest(await read(store, "clip.mp4"))).toBe(digest(old));
    expect(await typeOf(`${prefix}clip.mp4`)).toBe("video/x-old");
    expect(await names(store)).toEqual(["clip.mp4"]);
  });

  test("staged and discarded, or stopped on its way, it leaves nothing", async () => {
    const store = new S3Store(bucket.open(), freshPrefix(), SMALL);
    const options = { attemptFolder: "clip.1-1", type: "video/mp4" };
    const staged = await store.stagePrimary("clip.mp4", big, options);
    await staged.discard();
    await staged.discard();
    const stop = new AbortController();
    const stopped = new Error("stopped by the test");
    const upload = store.putFile("clip.mp4", big, "video/mp4", { signal: stop.signal });
    setTimeout(() => stop.abort(stopped), 50);
    await expect(upload).rejects.toBe(stopped);
    expect(await bucket.unfinished()).toEqual([]);
    expect(await names(store)).toEqual([]);
  });

  test("of 300 MiB is written, copied and read while little of it is in memory", async () => {
    const store = new S3Store(bucket.open(), freshPrefix());
    const huge = path.join(folder, "huge.mp4");
    await writeFile(huge, "");
    await truncate(huge, 300 * MIB);
    let most = 0;
    const before = process.memoryUsage().arrayBuffers;
    // What is held on to, and not what the collector has not come to.
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const timer = setInterval(() => {
      if (process.memoryUsage().arrayBuffers - before > most) collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 20);
    await store.putFile("huge.mp4", huge, "video/mp4");
    const staged = await store.stagePrimary("huge.mp4", huge, {
      attemptFolder: "huge.1-1",
      type: "video/mp4",
    });
    await staged.replace(() => true);
    let sizeBytes = 0;
    for await (const piece of await store.read("huge.mp4")) sizeBytes += (piece as Buffer).length;
    clearInterval(timer);
    expect(sizeBytes).toBe(300 * MIB);
    // Three parts of 8 MiB are on their way: 25 MiB were measured.
    expect(most).toBeLessThan(50 * MIB);
  });

  test("transfers that nobody ended are named, and can be", async () => {
    const store = new S3Store(bucket.open(), freshPrefix(), SMALL);
    await store.stagePrimary("é +/clip.mp4", big, { attemptFolder: "clip.1-1", type: "video/mp4" });
    const found = [];
    for await (const transfer of store.transfers()) found.push(transfer);
    expect(found).toMatchObject([{ path: "é +/clip.mp4" }]);
    expect(Math.abs(Date.now() - found[0]!.startedAt.getTime())).toBeLessThan(60_000);
    await found[0]!.abort();
    expect(await bucket.unfinished()).toEqual([]);
  });
});

describe("a folder", () => {
  test("with more names than one page has is listed and deleted whole", { timeout: 120_000 }, async () => {
    const store = new S3Store(bucket.open(), freshPrefix());
    await inParallel(1_010, 16, (index) => store.putBytes(`a/${index}.m4s`, Buffer.from("x"), "x/x"));
    await store.putBytes("b.mpd", Buffer.from("x"), "x/x");
    expect(await names(store)).toHaveLength(1_011);
    await store.deleteFolder("a");
    expect(await names(store)).toEqual(["b.mpd"]);
  });

  test("of another prefix, a folder's marker and a name that no path can have are not ours", async () => {
    const prefix = freshPrefix();
    const put = (key: string) =>
      bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: "x" }));
    for (const key of [
      `${prefix}a/`,
      `${prefix}a//b`,
      `${prefix}a/\u0001`,
      `${prefix.slice(0, -1)}x/a/c`,
      `${prefix}a/ok`,
    ])
      await put(key);
    const store = new S3Store(bucket.open(), prefix);
    expect(await names(store)).toEqual(["a/ok"]);
    expect(await store.listFolders("")).toEqual(["a"]);
    await store.deleteFolder("a");
    expect(await store.listFolders("")).toEqual([]);
    expect(await text(await new S3Store(bucket.open(), `${prefix.slice(0, -1)}x`).read("a/c"))).toBe("x");
  });
});

import { mkdir, mkdtemp, readFile, rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeEach, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { rawDirOf } from "#lib/media/encode.ts";
import { RAW } from "#lib/media/ffmpeg-args.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import { segmentPath } from "#lib/media/segment-path.ts";
import { CAPABILITIES, mediaInfo } from "#lib/media/test-media-info.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { LocalStore } from "#lib/storage/local-store.ts";
import { S3Bucket } from "#lib/storage/s3-bucket.ts";
import { makeS3Client } from "#lib/storage/s3-client.ts";
import { S3Store } from "#lib/storage/s3-store.ts";
import type { Store } from "#lib/storage/store.ts";
import { LOOPBACK, makeBucket } from "#lib/storage/test-s3.ts";
import { claimTask } from "#lib/worker/claim-task.ts";
import { EarlySegments } from "#lib/worker/early-segments.ts";
import { mediaFolderName, publishFiles } from "#lib/worker/publish.ts";
import { getTaskRow, makeScene, makeTask, predefined, until } from "#lib/worker/worker-fixture.ts";

const PRIMARY = "show/master.m3u8";
let root: string;
let store: Store;
let attempt: Awaited<ReturnType<typeof claim>>;
let row: { id: string; primaryPath: string };
let said: string[];

beforeEach(async () => {
  root = await mkdtemp(path.join(getEnv().dataDir, "early-"));
  const bucket = await makeBucket();
  store = new S3Store(bucket.open(), "vod/");
  said = [];
  const { taskId, jobIds } = await makeTask(await makeScene(path.basename(root)), {
    source: { type: "url", url: "http://a.example/x.mp4" },
    jobs: [{ template: "T", spec: predefined("System_HLS_H264"), primaryPath: PRIMARY }],
  });
  row = { id: jobIds[0] ?? "", primaryPath: PRIMARY };
  attempt = await claim(taskId);
  await mkdir(raw(), { recursive: true });
});
afterAll(stopBoss);

async function claim(taskId: string) {
  const { unitId } = await getTaskRow(taskId);
  const worker = { name: "w", host: "h", pid: 1, slots: 1, version: "0", capabilities: {}, sandboxTier: "D" };
  const { id: workerId } = await db().worker.create({ data: { ...worker, id: newId() } });
  const claimed = await claimTask(unitId ?? "", taskId, { workerId, workerName: "w" });
  if (claimed === null) throw new Error("not claimed");
  return { ...claimed, signal: new AbortController().signal };
}

const workDir = () => path.join(root, "encode");
const raw = () => rawDirOf(workDir(), row.id);
const mediaFolder = () => mediaFolderName(row, attempt.fence);
const FIRST = "1080p";
const published = (number: number) => `show/${segmentPath(`${mediaFolder()}/${FIRST}`, number)}`;

function begin(to: Store = store): EarlySegments {
  const wanted = [{ key: row.id, spec: predefined("System_HLS_H264"), templateName: "T" }];
  const [plan] = planEncode(mediaInfo(), wanted, CAPABILITIES).jobs;
  if (plan === undefined) throw new Error("no plan");
  expect(plan.renditions[0]?.name).toBe(FIRST);
  const early = EarlySegments.begin([{ plan, row, mediaFolder: mediaFolder() }], {
    store: to,
    workDir: workDir(),
    ownDir: path.join(root, "early"),
    fence: attempt.fence,
    log: { info: (text) => said.push(text) },
    signal: attempt.signal,
  });
  if (early === null) throw new Error("nothing goes early");
  return early;
}

/** As the muxer does it: another name until it is whole. */
async function segment(number: number, text: string): Promise<void> {
  const name = path.join(raw(), RAW.segment(0, number));
  await writeFile(`${name}.tmp`, text);
  await rename(`${name}.tmp`, name);
}

async function names(): Promise<string[]> {
  const found: string[] = [];
  for await (const { path: name } of store.list("")) found.push(name);
  return found.sort();
}

describe("segments that go ahead", () => {
  test("are those that are whole, and are not sent again unless they changed", async () => {
    await writeFile(path.join(raw(), `${RAW.segment(0, 3)}.tmp`), "half");
    const early = begin();
    const isPast = (index: number, number: number) => early.isPast(row.id, index, number);
    expect(isPast(0, 1)).toBe(false);
    await segment(1, "one");
    await until("the first is there", async () => (await store.head(published(1))) !== null);
    await segment(2, "two");
    await until("the second is there", async () => (await store.head(published(2))) !== null);
    await until("both have only their own names", async () => isPast(0, 2));
    expect([isPast(0, 3), isPast(1, 1), isPast(99, 1)]).toEqual([false, false, true]);
    const sent = await early.stop();
    expect(isPast(0, 3)).toBe(true);
    expect([...sent.keys()].sort()).toEqual([published(1), published(2)]);
    expect(await names()).toEqual([published(1), published(2)]);
    const before = [await store.head(published(1)), await store.head(published(2))];

    const dir = path.join(root, "publish");
    await mkdir(path.join(dir, mediaFolder(), FIRST), { recursive: true });
    await rename(
      path.join(raw(), RAW.segment(0, 1)),
      path.join(dir, segmentPath(`${mediaFolder()}/${FIRST}`, 1)),
    );
    await writeFile(path.join(dir, segmentPath(`${mediaFolder()}/${FIRST}`, 2)), "deux");
    await writeFile(path.join(dir, "master.m3u8"), "list");
    const manifest = await publishFiles({
      attempt,
      store,
      job: row,
      publishDir: dir,
      types: new Map(),
      sent,
      commit: async (tx, written) => {
        await tx.job.update({ where: { id: row.id }, data: { manifest: written } });
      },
    });
    expect(manifest.files.map((file) => file.path)).toEqual([published(1), published(2)]);
    expect(await store.head(published(1))).toEqual(before[0]);
    expect((await store.head(published(2)))?.version).not.toBe(before[1]?.version);
    expect((await store.head(published(2)))?.sizeBytes).toBe(4);
  });

  test("are taken away when the encode failed", async () => {
    const early = begin();
    await segment(1, "one");
    await until("it is there", async () => (await store.head(published(1))) !== null);
    await early.stop();
    expect(await early.discard()).toBe(true);
    expect(await names()).toEqual([]);
  });

  test("are plain files: what a link leads to is not sent", async () => {
    const secret = path.join(root, "secret");
    await writeFile(secret, "another's");
    await symlink(secret, path.join(raw(), RAW.segment(0, 1)));
    const early = begin();
    await until("it is refused", async () => said.length > 0);
    expect(said[0]).toContain("is not a plain file");
    expect((await early.stop()).size).toBe(0);
    expect(await names()).toEqual([]);
    expect(await readFile(secret, "utf8")).toBe("another's");
  });

  test("are left to publishing when the server is away", async () => {
    const { credentials } = await makeBucket();
    const nobody = "http://127.0.0.1:9";
    const client = makeS3Client(
      { endpoint: nobody, region: "", forcePathStyle: true },
      credentials,
      LOOPBACK,
    );
    const away = { bucket: "b", outputName: "media", host: new URL(nobody).host, patienceMs: 0 };
    const early = begin(new S3Store(new S3Bucket(client, away), ""));
    await segment(1, "one");
    await until("it gives up", async () => said.length > 0);
    expect(said[0]).toContain("no segments go ahead any more");
    await until("nobody waits for it", async () => early.isPast(row.id, 0, 1));
    expect((await early.stop()).size).toBe(0);
  });

  test("are none where the Output is a folder of this machine", () => {
    expect(() => begin(new LocalStore(root, "media"))).toThrow("nothing goes early");
  });
});

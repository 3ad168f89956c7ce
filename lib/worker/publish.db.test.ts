import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeEach, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { attemptFolderOf, type Manifest, manifestSchema } from "#lib/jobs/manifest.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { LocalStore } from "#lib/storage/local-store.ts";
import type { Store } from "#lib/storage/store.ts";
import { claimTask } from "#lib/worker/claim-task.ts";
import { Stopped } from "#lib/worker/outcome.ts";
import { mediaFolderName, publishFiles, type PublishInput } from "#lib/worker/publish.ts";
import { recoverAttempts, writeJournal } from "#lib/jobs/recover-attempts.ts";
import { hashFile } from "#lib/storage/hash-file.ts";
import { sweepTaskAttempts } from "#lib/worker/sweep-attempts.ts";
import {
  filesBelow,
  getTaskRow,
  makeScene,
  makeTask,
  predefined,
  type Scene,
} from "#lib/worker/worker-fixture.ts";

let scene: Scene;
let store: Store;
let taskId: string;
let jobId: string;
let count = 0;
const PRIMARY = "show/master.m3u8";

beforeEach(async () => {
  scene = await makeScene(`publish-${++count}`);
  store = new LocalStore(scene.folder, "media");
  const made = await makeTask(scene, {
    source: { type: "url", url: "http://a.example/x.mp4" },
    jobs: [{ template: "T", spec: predefined("System_HLS_H264"), primaryPath: PRIMARY }],
  });
  taskId = made.taskId;
  jobId = made.jobIds[0] ?? "";
});
afterAll(stopBoss);

async function claim() {
  const row = await getTaskRow(taskId);
  const workerId = newId();
  await db().worker.create({
    data: {
      id: workerId,
      name: "w",
      host: "h",
      pid: 1,
      slots: 1,
      version: "0",
      capabilities: {},
      sandboxTier: "D",
    },
  });
  const claimed = await claimTask(row.unitId ?? "", taskId, { workerId, workerName: "w" });
  if (claimed === null) throw new Error("not claimed");
  return { ...claimed, signal: new AbortController().signal };
}

/** A packaged result of two files, as packageJob leaves it. */
async function packaged(fence: number, text: string): Promise<string> {
  const dir = path.join(getEnv().dataDir, `packaged-${count}-${fence}`);
  const media = path.join(dir, mediaFolderName({ id: jobId, primaryPath: PRIMARY }, fence));
  await mkdir(media, { recursive: true });
  await writeFile(path.join(media, "1.m4s"), `segment ${text}`);
  await writeFile(path.join(dir, "master.m3u8"), `playlist ${text}`);
  return dir;
}

async function input(attempt: Awaited<ReturnType<typeof claim>>, text: string): Promise<PublishInput> {
  return {
    attempt,
    store,
    job: { id: jobId, primaryPath: PRIMARY },
    publishDir: await packaged(attempt.fence, text),
    types: new Map(),
    commit: async (tx, manifest) => {
      await tx.job.update({ where: { id: jobId }, data: { manifest } });
    },
  };
}

const folder = (fence: number) => attemptFolderOf(PRIMARY, jobId, fence);
const primaryText = () => readFile(path.join(scene.folder, PRIMARY), "utf8").catch(() => null);
const manifestOf = async (): Promise<Manifest | null> =>
  manifestSchema.nullable().parse((await db().job.findUniqueOrThrow({ where: { id: jobId } })).manifest);

describe("publishFiles", () => {
  test("puts media into the attempt's folder, the primary under its name, and a manifest into the database", async () => {
    const attempt = await claim();
    const manifest = await publishFiles(await input(attempt, "one"));
    expect(manifest).toMatchObject({
      fence: 1,
      mediaFolder: folder(1),
      primary: { path: PRIMARY, sizeBytes: 12, type: "application/vnd.apple.mpegurl" },
    });
    expect(await manifestOf()).toEqual(manifest);
    expect(await filesBelow(scene.folder)).toEqual([`${folder(1)}/1.m4s`, PRIMARY]);
  });

  test("a single file leaves no folder beside it", async () => {
    const attempt = await claim();
    const wanted = await input(attempt, "one");
    const dir = path.join(getEnv().dataDir, `single-${count}`);
    await mkdir(dir);
    await writeFile(path.join(dir, "master.m3u8"), "only");
    expect(await publishFiles({ ...wanted, publishDir: dir })).toMatchObject({
      mediaFolder: null,
      files: [],
    });
    expect(await filesBelow(scene.folder)).toEqual([PRIMARY]);
    expect(await store.listFolders("show")).toEqual([]);
  });

  test("the job that published under this name before no longer shows it as its own", async () => {
    const older = await makeTask(scene, {
      source: { type: "url", url: "http://a.example/x.mp4" },
      jobs: [{ template: "T", spec: predefined("System_HLS_H264"), primaryPath: PRIMARY }],
    });
    await db().job.updateMany({ where: { taskId: older.taskId }, data: { status: "succeeded" } });
    await publishFiles(await input(await claim(), "one"));
    const replacedAt = async (where: { taskId: string }) =>
      (await db().job.findFirstOrThrow({ where })).replacedAt;
    expect(await replacedAt({ taskId: older.taskId })).toBeInstanceOf(Date);
    expect(await replacedAt({ taskId })).toBeNull();
  });

  test("an attempt that lost its task replaces nothing and leaves nothing for its successor to trip over", async () => {
    const old = await claim();
    const waiting = await input(old, "zombie");
    const current = await claim();
    await publishFiles(await input(current, "good"));
    await expect(publishFiles(waiting)).rejects.toBeInstanceOf(Stopped);
    expect(await primaryText()).toBe("playlist good");
    await recoverAttempts(
      store,
      { id: jobId, primaryPath: PRIMARY, manifest: await manifestOf() },
      current.fence + 1,
    );
    expect(await filesBelow(scene.folder)).toEqual([`${folder(2)}/1.m4s`, PRIMARY]);
  });

  test("when the commit fails, the last good result is back under its name", async () => {
    const good = await claim();
    await publishFiles(await input(good, "good"));
    const next = await claim();
    const failing = {
      ...(await input(next, "bad")),
      commit: async () => Promise.reject(new Error("database gone")),
    };
    await expect(publishFiles(failing)).rejects.toThrow("database gone");
    expect(await primaryText()).toBe("playlist good");
    expect(await filesBelow(scene.folder)).toEqual([`${folder(1)}/1.m4s`, PRIMARY]);
    expect((await manifestOf())?.fence).toBe(1);
  });

  test("when a first publication's commit fails, nothing is left", async () => {
    const attempt = await claim();
    const failing = {
      ...(await input(attempt, "bad")),
      commit: async () => Promise.reject(new Error("database gone")),
    };
    await expect(publishFiles(failing)).rejects.toThrow("database gone");
    expect(await filesBelow(scene.folder)).toEqual([]);
  });

  test("a requested cancellation is noticed before the primary is replaced", async () => {
    const attempt = await claim();
    const wanted = await input(attempt, "unwanted");
    await db().task.update({ where: { id: taskId }, data: { cancelRequestedAt: new Date() } });
    await expect(publishFiles(wanted)).rejects.toMatchObject({ reason: "canceled" });
    expect(await filesBelow(scene.folder)).toEqual([]);
  });
});

describe("after a crash between the primary's replacement and the commit", () => {
  /** What a process leaves that dies right there: `publishFiles` up to the replacement. */
  async function crash(fence: number, text: string): Promise<void> {
    const dir = await packaged(fence, text);
    const file = path.join(dir, "master.m3u8");
    const { sizeBytes, sha256 } = await hashFile(file);
    await writeJournal(store, folder(fence), { jobId, fence, primary: { path: PRIMARY, sizeBytes, sha256 } });
    await store.putFile(
      `${folder(fence)}/1.m4s`,
      path.join(dir, path.basename(folder(fence)), "1.m4s"),
      "video/iso.segment",
    );
    const staged = await store.stagePrimary(PRIMARY, file, { attemptFolder: folder(fence), type: "x/x" });
    await staged.replace(() => true);
    expect(await primaryText()).toBe(`playlist ${text}`);
  }
  const recover = async (fence: number) =>
    recoverAttempts(store, { id: jobId, primaryPath: PRIMARY, manifest: await manifestOf() }, fence);

  test("the committed result is back, whole", async () => {
    await publishFiles(await input(await claim(), "good"));
    await claim();
    await crash(2, "torn");
    await recover(3);
    expect(await primaryText()).toBe("playlist good");
    expect(await filesBelow(scene.folder)).toEqual([`${folder(1)}/1.m4s`, PRIMARY]);
  });

  test("a first publication is gone, and another file of that name is back", async () => {
    await store.putBytes(PRIMARY, Buffer.from("somebody else's"), "x/x");
    await claim();
    await crash(1, "torn");
    await recover(2);
    expect(await primaryText()).toBe("somebody else's");
    expect(await filesBelow(scene.folder)).toEqual([PRIMARY]);
  });

  test("a successor's result stays, although the dead attempt's folder is still there", async () => {
    await claim();
    await crash(1, "torn");
    await publishFiles(await input(await claim(), "successor"));
    await recover(3);
    expect(await primaryText()).toBe("playlist successor");
    expect(await filesBelow(scene.folder)).toEqual([`${folder(2)}/1.m4s`, PRIMARY]);
  });

  test("the same bytes, committed by another task since, stay", async () => {
    await claim();
    await crash(1, "torn");
    const other = await makeTask(scene, {
      source: { type: "url", url: "http://a.example/x.mp4" },
      jobs: [{ template: "T", spec: predefined("System_HLS_H264"), primaryPath: PRIMARY }],
    });
    const { sizeBytes, sha256, md5 } = await hashFile(path.join(scene.folder, PRIMARY));
    const manifest: Manifest = {
      fence: 1,
      mediaFolder: null,
      primary: { path: PRIMARY, sizeBytes, sha256, md5, type: "x/x" },
      files: [],
    };
    await db().job.updateMany({
      where: { taskId: other.taskId },
      data: { status: "succeeded", manifest },
    });
    await recover(2);
    expect(await primaryText()).toBe("playlist torn");
  });

  test("recovering twice is recovering once", async () => {
    await publishFiles(await input(await claim(), "good"));
    await claim();
    await crash(2, "torn");
    await recover(3);
    await recover(3);
    expect(await primaryText()).toBe("playlist good");
  });

  test("an attempt that may still be running is left alone", async () => {
    await claim();
    await crash(1, "torn");
    await recover(1);
    expect(await primaryText()).toBe("playlist torn");
  });

  test("the sweeper clears up after a task that ended, and not while it runs", async () => {
    await claim();
    await crash(1, "torn");
    await sweepTaskAttempts(taskId, getEnv());
    expect(await primaryText()).toBe("playlist torn");
    await db().task.update({ where: { id: taskId }, data: { status: "failed", finishedAt: new Date() } });
    await sweepTaskAttempts(taskId, getEnv());
    expect(await filesBelow(scene.folder)).toEqual([]);
  });

  test("a crash after the commit leaves only the journal to clear", async () => {
    const manifest = await publishFiles(await input(await claim(), "good"));
    const { sizeBytes, sha256 } = manifest.primary;
    await writeJournal(store, folder(1), { jobId, fence: 1, primary: { path: PRIMARY, sizeBytes, sha256 } });
    await recover(2);
    expect(await primaryText()).toBe("playlist good");
    expect(await filesBelow(scene.folder)).toEqual([`${folder(1)}/1.m4s`, PRIMARY]);
  });
});

import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { readId } from "#lib/ids.ts";
import { attemptFolderOf, type Manifest } from "#lib/jobs/manifest.ts";
import { insertTestTask, makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { deleteTask } from "#lib/tasks/delete-task.ts";
import { getTask } from "#lib/tasks/get-task.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});
afterAll(stopBoss);

const hashes = { sha256: "0".repeat(64), md5: "0".repeat(32) };

/** A succeeded task whose files lie in the Output, as the worker leaves them. */
async function published(
  of: TestProject,
  primary: string,
  mediaFolder: string,
  finishedAt: Date,
): Promise<string> {
  const id = await insertTestTask(of, { status: "succeeded" });
  const manifest: Manifest = {
    fence: 1,
    mediaFolder,
    primary: { path: primary, sizeBytes: 1, type: "application/vnd.apple.mpegurl", ...hashes },
    files: [{ path: `${mediaFolder}/seg.m4s`, sizeBytes: 1, type: "video/iso.segment", ...hashes }],
  };
  await db().job.updateMany({
    where: { taskId: readId("task", id) ?? "" },
    data: { manifest, primaryPath: primary, finishedAt },
  });
  await mkdir(path.join(of.folder, mediaFolder), { recursive: true });
  await writeFile(path.join(of.folder, primary), "x");
  await writeFile(path.join(of.folder, mediaFolder, "seg.m4s"), "x");
  return id;
}

const filesOf = async (of: TestProject) => (await readdir(of.folder, { recursive: true })).sort();

describe("deleting", () => {
  test("removes the record and keeps the files, unless they are asked for", async () => {
    const id = await published(project, "keep.m3u8", "keep.1", new Date());
    await deleteTask(project.ctx(), id);
    await expect(getTask(project.ctx(), id)).rejects.toMatchObject({ code: "not_found" });
    expect(await filesOf(project)).toEqual(["keep.1", "keep.1/seg.m4s", "keep.m3u8"]);
  });

  test("with files removes exactly what the manifest names", async () => {
    const mine = await makeTestProject("Files");
    const id = await published(mine, "a/x.m3u8", "a/x.1", new Date());
    await writeFile(path.join(mine.folder, "a/other.txt"), "mine");
    await deleteTask(mine.ctx(), id, { files: true });
    expect(await filesOf(mine)).toEqual(["a", "a/other.txt"]);
  });

  test("with files leaves a primary that a later task has replaced", async () => {
    const mine = await makeTestProject("Replaced");
    const first = await published(mine, "x.m3u8", "x.1", new Date("2026-11-01"));
    await published(mine, "x.m3u8", "x.2", new Date("2026-11-02"));
    await deleteTask(mine.ctx(), first, { files: true });
    expect(await filesOf(mine)).toEqual(["x.2", "x.2/seg.m4s", "x.m3u8"]);
  });

  test.each(["failed", "canceled"] as const)(
    "a %s task takes what its dead attempts have left in the Output with it",
    async (status) => {
      const mine = await makeTestProject(`Leftovers ${status}`);
      const id = await insertTestTask(mine, { status });
      const taskId = readId("task", id) ?? "";
      const { id: jobId } = await db().job.findFirstOrThrow({ where: { taskId } });
      await db().job.updateMany({ where: { taskId }, data: { primaryPath: "a/x.m3u8" } });
      await db().task.update({ where: { id: taskId }, data: { fence: 2 } });
      const folder = path.join(mine.folder, attemptFolderOf("a/x.m3u8", jobId, 2));
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, "seg.m4s"), "x");
      await writeFile(path.join(mine.folder, "a/other.txt"), "mine");
      await deleteTask(mine.ctx(), id);
      expect(await filesOf(mine)).toEqual(["a", "a/other.txt"]);
    },
  );

  test("a task is deleted even if its Output may not be written to any more", async () => {
    const mine = await makeTestProject("Outside");
    const id = await insertTestTask(mine, { status: "failed" });
    await db().task.update({ where: { id: readId("task", id) ?? "" }, data: { fence: 1 } });
    await db().output.updateMany({ where: { projectId: mine.projectId }, data: { folder: "/nowhere" } });
    await deleteTask(mine.ctx(), id);
    await expect(getTask(mine.ctx(), id)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a queued task takes it out of the queue", async () => {
    const { task } = await createTask(project.ctx(), project.request());
    await deleteTask(project.ctx(), task.id);
    const waiting = await db()
      .$queryRaw`SELECT id FROM pgboss.job WHERE data ->> 'taskId' = ${readId("task", task.id)} AND state < 'active'`;
    expect(waiting).toEqual([]);
    expect(await db().job.count({ where: { taskId: readId("task", task.id) ?? "" } })).toBe(0);
  });

  test("a running task is refused", async () => {
    const id = await insertTestTask(project, { status: "running" });
    await expect(deleteTask(project.ctx(), id, { files: true })).rejects.toMatchObject({ code: "conflict" });
  });

  test("by a viewer is refused, and a foreign project gets not_found", async () => {
    const id = await insertTestTask(project);
    await expect(deleteTask(project.ctx("viewer"), id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(deleteTask(foreign.ctx(), id)).rejects.toMatchObject({ code: "not_found" });
    await expect(deleteTask(project.ctx(), "junk")).rejects.toMatchObject({ code: "not_found" });
  });

  test("an idempotency key does not bring it back", async () => {
    const request = project.request({ idempotencyKey: "deleted" });
    const { task } = await createTask(project.ctx(), request);
    await deleteTask(project.ctx(), task.id);
    await expect(createTask(project.ctx(), request)).rejects.toMatchObject({ code: "conflict" });
  });
});

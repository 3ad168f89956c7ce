import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { resetEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { cancelTask } from "#lib/tasks/cancel-task.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { getTask } from "#lib/tasks/get-task.ts";
import { completeUpload } from "#lib/uploads/complete-upload.ts";
import { createUpload, MAX_OPEN_UPLOADS } from "#lib/uploads/create-upload.ts";
import { findOwnUpload } from "#lib/uploads/find-own-upload.ts";
import { getUpload } from "#lib/uploads/get-upload.ts";
import { recordOffset } from "#lib/uploads/record-offset.ts";
import { removeUpload } from "#lib/uploads/remove-upload.ts";
import { sweepUploads } from "#lib/uploads/sweep-uploads.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});
afterAll(stopBoss);

const begin = (name = "Film.mov", sizeBytes = 1000) => createUpload(project.ctx(), { name, sizeBytes });
const taskOf = async (uploadId: string) =>
  (await createTask(project.ctx(), project.request({ source: { type: "upload", uploadId } }))).task;

describe("an upload", () => {
  test("begins empty, under a cleaned name", async () => {
    const { uploadId, view } = await begin("C:\\videos\\Fi\u0000lm\u202e é.mov".replace("\0", ""));
    expect(view).toMatchObject({ name: "Film é.mov", sizeBytes: 1000, offsetBytes: 0, state: "uploading" });
    expect((await findOwnUpload(project.ctx(), view.id))?.id).toBe(uploadId);
    expect((await begin("")).view.name).toBe("video");
  });

  test("is refused when it is larger than the limit, or of no size", async () => {
    process.env["UPLOAD_MAX_BYTES"] = "2000000";
    resetEnv();
    await expect(begin("a", 2_000_001)).rejects.toMatchObject({
      code: "too_large",
      message: expect.stringContaining("2 MB") as string,
    });
    delete process.env["UPLOAD_MAX_BYTES"];
    resetEnv();
    for (const sizeBytes of [-1, 1.5, 1e300, Number.NaN])
      await expect(begin("a", sizeBytes)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("is refused to a viewer, and hidden from other users and projects", async () => {
    const { view } = await begin();
    await expect(createUpload(project.ctx("viewer"), { name: "a", sizeBytes: 1 })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(getUpload(foreign.ctx(), view.id)).rejects.toMatchObject({ code: "not_found" });
    expect(await findOwnUpload(foreign.ctx(), view.id)).toBeNull();
    const other = { ...project.ctx(), actor: { kind: "user" as const, id: newId(), name: "Other" } };
    expect(await findOwnUpload(other, view.id)).toBeNull();
    expect((await getUpload(other, view.id)).id).toBe(view.id);
  });

  test("one more than allowed at once is refused, with parallel calls too", async () => {
    const mine = await makeTestProject("Many");
    const rows = Array.from({ length: MAX_OPEN_UPLOADS - 1 }, () => ({
      id: newId(),
      projectId: mine.projectId,
      name: "a",
      sizeBytes: 1n,
      expiresAt: new Date(Date.now() + 60_000),
    }));
    await db().upload.createMany({ data: rows });
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () => createUpload(mine.ctx(), { name: "a", sizeBytes: 1 })),
    );
    expect(answers.filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
  });
});

describe("a task that is created while its file arrives", () => {
  test("waits without a unit, shows how far it is, and enters the queue with the last byte", async () => {
    const { uploadId, view } = await begin();
    const task = await taskOf(view.id);
    expect(task).toMatchObject({
      name: "Film.mov",
      status: "queued",
      waitingFor: "upload",
      queuePosition: null,
    });
    expect(await recordOffset(uploadId, 400)).toBe(true);
    expect((await getTask(project.ctx(), task.id)).source).toMatchObject({
      type: "upload",
      uploadId: view.id,
      offsetBytes: 400,
      sizeBytes: 1000,
      state: "uploading",
    });
    await completeUpload(uploadId);
    await completeUpload(uploadId);
    const queued = await getTask(project.ctx(), task.id);
    expect(queued).toMatchObject({
      waitingFor: null,
      queuePosition: 1,
      source: { offsetBytes: 1000, state: "complete" },
    });
    expect(queued.events.map((event) => event.type)).toEqual(["created", "upload_completed"]);
    await cancelTask(project.ctx(), task.id);
  });

  test("never misses the completion, whichever comes first", async () => {
    for (let round = 0; round < 8; round++) {
      const { uploadId, view } = await begin();
      const [task] = await Promise.all([taskOf(view.id), completeUpload(uploadId)]);
      const now = await getTask(project.ctx(), task.id);
      expect(now).toMatchObject({ waitingFor: null });
      expect(now.queuePosition).not.toBeNull();
      await cancelTask(project.ctx(), task.id);
    }
  });

  test("can be canceled, and stays so when the file is there", async () => {
    const { uploadId, view } = await begin();
    const task = await taskOf(view.id);
    expect(await cancelTask(project.ctx(), task.id)).toMatchObject({ status: "canceled", waitingFor: null });
    await completeUpload(uploadId);
    expect((await getTask(project.ctx(), task.id)).status).toBe("canceled");
  });

  test("fails as UPLOAD_ABANDONED when the upload stands still", async () => {
    const { uploadId, view } = await begin();
    const task = await taskOf(view.id);
    await recordOffset(uploadId, 400);
    expect(await removeUpload(uploadId, { onlyIfExpired: true })).toBe(false);
    await db().upload.update({ where: { id: uploadId }, data: { expiresAt: new Date(Date.now() - 1000) } });
    await expect(taskOf(view.id)).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ path: "source.uploadId" }],
    });
    const deleted: string[] = [];
    await sweepUploads({ retentionDays: 7, deleteFile: async (id) => void deleted.push(id) });
    expect(deleted).toContain(uploadId);
    const failed = await getTask(project.ctx(), task.id);
    expect(failed).toMatchObject({
      status: "failed",
      waitingFor: null,
      failure: { code: "UPLOAD_ABANDONED", params: { name: "Film.mov", percent: 40 } },
    });
    expect(failed.jobs[0]).toMatchObject({ status: "failed", failure: { code: "UPLOAD_ABANDONED" } });
    await expect(completeUpload(uploadId)).rejects.toMatchObject({ code: "not_found" });
    expect(await recordOffset(uploadId, 500)).toBe(false);
  });
});

describe("a complete upload", () => {
  test("is not removed while a task may still read it", async () => {
    const { uploadId, view } = await begin();
    await completeUpload(uploadId);
    const task = await taskOf(view.id);
    expect(await removeUpload(uploadId)).toBe(false);
    await cancelTask(project.ctx(), task.id);
    expect(await removeUpload(uploadId)).toBe(true);
    await expect(taskOf(view.id)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("is swept when its last task is older than the retention", async () => {
    const old = new Date(Date.now() - 8 * 24 * 3_600_000);
    const [unused, used] = [await begin("unused"), await begin("used")];
    for (const { uploadId } of [unused, used]) {
      await completeUpload(uploadId);
      await db().upload.update({ where: { id: uploadId }, data: { completedAt: old } });
    }
    await cancelTask(project.ctx(), (await taskOf(used.view.id)).id);
    const deleted: string[] = [];
    await sweepUploads({ retentionDays: 7, deleteFile: async (id) => void deleted.push(id) });
    expect(deleted).toContain(unused.uploadId);
    expect(deleted).not.toContain(used.uploadId);
  });
});

import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, resetEnv, uploadsDir } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { cancelTask } from "#lib/tasks/cancel-task.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { getTask } from "#lib/tasks/get-task.ts";
import { completeUpload } from "#lib/uploads/complete-upload.ts";
import { createUpload, MAX_OPEN_UPLOADS, MAX_OPEN_UPLOADS_OF_USER } from "#lib/uploads/create-upload.ts";
import { findOwnUpload } from "#lib/uploads/find-own-upload.ts";
import { getUpload } from "#lib/uploads/get-upload.ts";
import { recordOffset } from "#lib/uploads/record-offset.ts";
import { removeUpload } from "#lib/uploads/remove-upload.ts";
import { NoSpaceError, UPLOAD_LOW_WATER_BYTES } from "#lib/uploads/reserve-space.ts";
import { settleUploads } from "#lib/uploads/settle-uploads.ts";
import { sweepUploads } from "#lib/uploads/sweep-uploads.ts";
import { UploadFiles } from "#lib/uploads/upload-files.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});
afterAll(stopBoss);

const files = new UploadFiles(uploadsDir(getEnv()));
/** As the web process leaves an upload that it received so much of. */
function store(uploadId: string, bytes: number): void {
  mkdirSync(files.directory, { recursive: true });
  writeFileSync(files.pathOf(uploadId), Buffer.alloc(bytes));
}
const stateOf = async (uploadId: string) =>
  (await db().upload.findUniqueOrThrow({ where: { id: uploadId } })).state;

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

  test("is the caller's own only for whoever began it", async () => {
    const { view } = await begin();
    const other = { ...project.ctx(), actor: { kind: "user" as const, id: newId(), name: "Other" } };
    expect(view).toMatchObject({ isMine: true, isArriving: true });
    expect((await getUpload(other, view.id)).isMine).toBe(false);
  });

  test("is arriving only while bytes come", async () => {
    const { uploadId, view } = await begin();
    await recordOffset(uploadId, 10);
    expect((await getUpload(project.ctx(), view.id)).isArriving).toBe(true);
    const quiet = new Date(Date.now() + 24 * 3_600_000 - 20_000);
    await db().upload.update({ where: { id: uploadId }, data: { expiresAt: quiet } });
    expect((await getUpload(project.ctx(), view.id)).isArriving).toBe(false);
    await completeUpload(uploadId);
    expect((await getUpload(project.ctx(), view.id)).isArriving).toBe(false);
  });

  test("one more than a user may have open is refused, and others of the project go on", async () => {
    const mine = await makeTestProject("Busy user");
    const ctx = mine.ctx();
    if (ctx.actor.kind !== "user") throw new Error("The test's caller is a user.");
    const userId = ctx.actor.id;
    const rows = Array.from({ length: MAX_OPEN_UPLOADS_OF_USER }, () => ({
      id: newId(),
      projectId: mine.projectId,
      userId,
      name: "a",
      sizeBytes: 1n,
      expiresAt: new Date(Date.now() + 60_000),
    }));
    await db().upload.createMany({ data: rows });
    await expect(createUpload(ctx, { name: "a", sizeBytes: 1 })).rejects.toMatchObject({
      code: "rate_limited",
      message: expect.stringContaining("of your uploads") as string,
    });
    const key = { ...ctx, actor: { kind: "key" as const, id: newId(), name: "Program" } };
    expect((await createUpload(key, { name: "a", sizeBytes: 1 })).view.isMine).toBe(true);
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
    await sweepUploads({ retentionDays: 7, files });
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
    for (const { uploadId } of [unused, used]) store(uploadId, 1000);
    await sweepUploads({ retentionDays: 7, files });
    expect(await files.findSize(unused.uploadId)).toBeNull();
    expect(await files.findSize(used.uploadId)).toBe(1000);
  });
});

describe("room is reserved when an upload begins", () => {
  afterEach(() => {
    delete process.env["UPLOAD_QUOTA_BYTES"];
    resetEnv();
  });
  const withQuota = (bytes: number) => {
    process.env["UPLOAD_QUOTA_BYTES"] = String(bytes);
    resetEnv();
  };

  test("in the project's quota: unfinished and kept uploads count whole, removed ones do not", async () => {
    const mine = await makeTestProject("Quota");
    withQuota(10_000);
    const one = await createUpload(mine.ctx(), { name: "one", sizeBytes: 6_000 });
    const refused = createUpload(mine.ctx(), { name: "two", sizeBytes: 4_001 });
    await expect(refused).rejects.toMatchObject({
      code: "too_large",
      message: expect.stringMatching(/may keep 10 kB.* 6 kB are kept.* 4 kB does not fit/) as string,
    });
    await completeUpload(one.uploadId);
    await expect(createUpload(mine.ctx(), { name: "two", sizeBytes: 4_001 })).rejects.toMatchObject({
      code: "too_large",
    });
    expect((await createUpload(foreign.ctx(), { name: "theirs", sizeBytes: 9_000 })).view.sizeBytes).toBe(
      9_000,
    );
    await removeUpload(one.uploadId);
    await createUpload(mine.ctx(), { name: "two", sizeBytes: 10_000 });
  });

  test("by one of two that come at once and would fit alone", async () => {
    const mine = await makeTestProject("Race");
    withQuota(10_000);
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.allSettled(
        [1, 2, 3].map(() => createUpload(mine.ctx(), { name: "half", sizeBytes: 6_000 })),
      );
      const made = answers.filter((answer) => answer.status === "fulfilled");
      expect(made).toHaveLength(1);
      await removeUpload(made[0]?.value.uploadId ?? "");
    }
  });

  test("on the disk: more than it has is refused, and two halves are not both promised", async () => {
    process.env["UPLOAD_MAX_BYTES"] = String(Number.MAX_SAFE_INTEGER);
    resetEnv();
    const [one, two] = [await makeTestProject("Disk A"), await makeTestProject("Disk B")];
    const left = (await files.freeBytes()) - UPLOAD_LOW_WATER_BYTES;
    const tooMuch = createUpload(one.ctx(), {
      name: "a",
      sizeBytes: (await files.freeBytes()) + 1_000_000_000,
    });
    await expect(tooMuch).rejects.toBeInstanceOf(NoSpaceError);
    await expect(tooMuch).rejects.toThrow(/it needs .+, and .+ can be taken \(.+ free, .+ promised/);
    const most = { name: "most", sizeBytes: Math.floor(left * 0.6) };
    const answers = await Promise.allSettled([createUpload(one.ctx(), most), createUpload(two.ctx(), most)]);
    const made = answers.filter((answer) => answer.status === "fulfilled");
    expect(made).toHaveLength(1);
    expect(answers.find((answer) => answer.status === "rejected")?.reason).toBeInstanceOf(NoSpaceError);
    // The first is given up after a day: its room is free again.
    const uploadId = made[0]?.value.uploadId ?? "";
    store(uploadId, 10);
    await db().upload.update({ where: { id: uploadId }, data: { expiresAt: new Date(Date.now() - 1) } });
    await sweepUploads({ retentionDays: 7, files });
    expect([await stateOf(uploadId), await files.findSize(uploadId)]).toEqual(["removed", null]);
    await removeUpload((await createUpload(two.ctx(), most)).uploadId);
    delete process.env["UPLOAD_MAX_BYTES"];
  });
});

describe("after the process that received uploads was killed", () => {
  test("one that has all its bytes is completed by the next start, and its task enters the queue", async () => {
    const { uploadId, view } = await begin();
    const task = await taskOf(view.id);
    store(uploadId, 1000);
    expect((await settleUploads(files)).completed).toBe(1);
    expect(await getTask(project.ctx(), task.id)).toMatchObject({ waitingFor: null, queuePosition: 1 });
    await cancelTask(project.ctx(), task.id);
  });

  test("one that has all its bytes is not given up after a day, but completed", async () => {
    const { uploadId } = await begin();
    store(uploadId, 1000);
    await db().upload.update({ where: { id: uploadId }, data: { expiresAt: new Date(Date.now() - 1000) } });
    await sweepUploads({ retentionDays: 7, files });
    expect(await stateOf(uploadId)).toBe("complete");
    expect(await files.findSize(uploadId)).toBe(1000);
  });

  test("the row follows the file, forwards and backwards, and lives no longer for it", async () => {
    const [more, less, none] = [await begin(), await begin(), await begin()];
    store(more.uploadId, 700);
    store(less.uploadId, 100);
    await recordOffset(less.uploadId, 300);
    const before = await db().upload.findUniqueOrThrow({ where: { id: less.uploadId } });
    await settleUploads(files);
    const offsetOf = async (id: string) =>
      Number((await db().upload.findUniqueOrThrow({ where: { id } })).offsetBytes);
    expect(await Promise.all([more, less, none].map(({ uploadId }) => offsetOf(uploadId)))).toEqual([
      700, 100, 0,
    ]);
    const after = await db().upload.findUniqueOrThrow({ where: { id: less.uploadId } });
    expect(after.expiresAt).toEqual(before.expiresAt);
  });

  test("files of removed uploads go, files that no row knows after a day, and nothing else", async () => {
    const [removed, open] = [await begin(), await begin()];
    const [fresh, old] = [newId(), newId()];
    for (const id of [removed.uploadId, open.uploadId, fresh, old]) store(id, 10);
    writeFileSync(`${files.pathOf(old)}.json`, "{}");
    const days = new Date(Date.now() - 3 * 24 * 3_600_000);
    for (const file of [files.pathOf(old), `${files.pathOf(old)}.json`]) utimesSync(file, days, days);
    writeFileSync(path.join(files.directory, "notes.txt"), "somebody's");
    // As when the deletion failed, or the process died before it.
    await removeUpload(removed.uploadId);
    await sweepUploads({ retentionDays: 7, files });
    const left = new Set((await files.list()).map(({ uploadId }) => uploadId));
    expect([removed.uploadId, old, open.uploadId, fresh].map((id) => left.has(id))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    rmSync(path.join(files.directory, "notes.txt"));
  });

  test("a file that cannot be deleted is tried again by the next sweep, and stops nothing else", async () => {
    const [stuck, other] = [await begin(), await begin()];
    // Where the file should be lies a folder: deleting it as a file fails, for root too.
    mkdirSync(files.pathOf(stuck.uploadId), { recursive: true });
    store(other.uploadId, 10);
    for (const { uploadId } of [stuck, other]) await removeUpload(uploadId);
    await sweepUploads({ retentionDays: 7, files });
    expect(await files.findSize(stuck.uploadId)).not.toBeNull();
    expect(await files.findSize(other.uploadId)).toBeNull();
    rmSync(files.pathOf(stuck.uploadId), { recursive: true });
    store(stuck.uploadId, 10);
    await sweepUploads({ retentionDays: 7, files });
    expect(await files.findSize(stuck.uploadId)).toBeNull();
  });
});

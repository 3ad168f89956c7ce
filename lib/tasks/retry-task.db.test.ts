import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { newId, readId, showId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { cancelTask } from "#lib/tasks/cancel-task.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { getTask } from "#lib/tasks/get-task.ts";
import { retryTask } from "#lib/tasks/retry-task.ts";
import type { JobStatus, TaskStatus } from "#lib/tasks/status.ts";
import type { TaskView } from "#lib/tasks/view.ts";

let project: TestProject;
let foreign: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
});
afterAll(stopBoss);

const TEMPLATES = ["System_MP4_H264", "System_HLS_H264", "System_DASH_MP4_H264"];
const FAILURE = {
  errorCode: "INPUT_UNREACHABLE",
  errorParams: { host: "a.example", seconds: 30 },
  evidence: ["no answer"],
};

/** A task whose jobs ended so, as a worker's first attempt leaves it. */
async function ended(status: TaskStatus, jobs: JobStatus[], changes: object = {}): Promise<TaskView> {
  const { task } = await createTask(
    project.ctx(),
    project.request({ templates: TEMPLATES.slice(0, jobs.length), outputPattern: "{template}", ...changes }),
  );
  const id = uuid(task);
  const at = new Date();
  for (const [index, jobStatus] of jobs.entries()) {
    await db().job.updateMany({
      where: { taskId: id, index },
      data: {
        status: jobStatus,
        attempt: 1,
        startedAt: at,
        finishedAt: at,
        ...(jobStatus === "failed" ? FAILURE : {}),
      },
    });
  }
  await db().task.update({
    where: { id },
    data: {
      status,
      unitId: null,
      fence: 1,
      attempt: 1,
      toolDeaths: 2,
      workerLosses: 3,
      startedAt: at,
      finishedAt: at,
      ...(status === "canceled" ? { cancelRequestedAt: at } : {}),
      ...(status === "failed" ? FAILURE : {}),
    },
  });
  return getTask(project.ctx(), task.id);
}

const uuid = (task: { id: string }) => readId("task", task.id) ?? "";
const row = (task: { id: string }) => db().task.findUniqueOrThrow({ where: { id: uuid(task) } });
const statuses = (task: TaskView) => task.jobs.map((job) => job.status);
const conflict = { code: "conflict" };

describe("retrying", () => {
  test("puts the failed jobs of a partial task back into the queue and leaves the others alone", async () => {
    const task = await ended("partial", ["succeeded", "failed", "failed"]);
    const kept = await db().job.findFirst({ where: { taskId: uuid(task), index: 0 } });
    const again = await retryTask(project.ctx(), task.id);
    expect(again).toMatchObject({ status: "queued", failure: null, startedAt: null, finishedAt: null });
    expect(again.queuePosition).not.toBeNull();
    expect(statuses(again)).toEqual(["succeeded", "queued", "queued"]);
    expect(again.jobs[1]).toMatchObject({ failure: null, startedAt: null, finishedAt: null });
    expect(await db().job.findFirst({ where: { taskId: uuid(task), index: 0 } })).toEqual(kept);
    const after = await row(task);
    expect(after).toMatchObject({ fence: 2, toolDeaths: 0, workerLosses: 0, workerId: null });
    expect(after).toMatchObject({ errorCode: null, errorParams: null, evidence: [] });
    const units = await db().$queryRaw`
      SELECT id::text AS id, state::text AS state, data FROM pgboss.job
      WHERE data ->> 'taskId' = ${uuid(task)} AND id = ${after.unitId}::uuid`;
    expect(units).toEqual([{ id: after.unitId, state: "created", data: { taskId: uuid(task), tries: 0 } }]);
    expect(again.events.at(-1)).toMatchObject({
      type: "queued",
      data: {
        reason: "retry",
        by: "Li Wei",
        attempt: 2,
        jobs: task.jobs.slice(1).map((job) => ({ job: job.id, template: job.template.name })),
      },
    });
  });

  test("of a task that failed as a whole runs every failed job again", async () => {
    const task = await ended("failed", ["failed", "failed"]);
    expect(statuses(await retryTask(project.ctx(), task.id))).toEqual(["queued", "queued"]);
  });

  test("takes only the jobs that are named", async () => {
    const task = await ended("partial", ["failed", "succeeded", "failed"]);
    const named = [task.jobs[2]?.id ?? "", task.jobs[2]?.id ?? ""];
    const again = await retryTask(project.ctx(), task.id, { jobs: named });
    expect(statuses(again)).toEqual(["failed", "succeeded", "queued"]);
  });

  test("runs canceled jobs only when they are named, and forgets that they were to be canceled", async () => {
    const task = await ended("canceled", ["succeeded", "canceled"]);
    await expect(retryTask(project.ctx(), task.id)).rejects.toMatchObject(conflict);
    const again = await retryTask(project.ctx(), task.id, { jobs: [task.jobs[1]?.id ?? ""] });
    expect(statuses(again)).toEqual(["succeeded", "queued"]);
    expect((await row(task)).cancelRequestedAt).toBeNull();
  });

  test("can be canceled before it begins: what was not run again stays as it was", async () => {
    const task = await ended("partial", ["failed", "succeeded", "failed"]);
    await retryTask(project.ctx(), task.id, { jobs: [task.jobs[0]?.id ?? ""] });
    const canceled = await cancelTask(project.ctx(), task.id);
    expect(canceled.status).toBe("partial");
    expect(statuses(canceled)).toEqual(["canceled", "succeeded", "failed"]);
  });

  test("of ten calls at once one wins, and there is one unit", async () => {
    const task = await ended("failed", ["failed"]);
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, () => retryTask(project.ctx(), task.id)),
    );
    expect(answers.filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
    const waiting = await db().$queryRaw<unknown[]>`
      SELECT id FROM pgboss.job WHERE data ->> 'taskId' = ${uuid(task)} AND state < 'active'`;
    // The first run's unit was never taken in this test.
    expect(waiting).toHaveLength(2);
  });
});

describe("a retry is refused", () => {
  test.each(["queued", "running"] as const)("while the task is %s", async (status) => {
    const task = await ended(status, ["queued"]);
    await expect(retryTask(project.ctx(), task.id)).rejects.toMatchObject(conflict);
    expect((await row(task)).status).toBe(status);
  });

  test("when no job has failed, or a named one succeeded or is another task's", async () => {
    const task = await ended("succeeded", ["succeeded"]);
    const other = await ended("failed", ["failed"]);
    await expect(retryTask(project.ctx(), task.id)).rejects.toMatchObject(conflict);
    await expect(retryTask(project.ctx(), task.id, { jobs: [task.jobs[0]?.id ?? ""] })).rejects.toMatchObject(
      conflict,
    );
    for (const jobs of [[other.jobs[0]?.id ?? ""], ["junk"], [showId("job", newId())]])
      await expect(retryTask(project.ctx(), task.id, { jobs })).rejects.toMatchObject({
        code: "invalid_input",
        issues: [{ path: "jobs.0" }],
      });
    await expect(retryTask(project.ctx(), task.id, { jobs: [] })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("when the uploaded file or the Output was removed, and nothing changes", async () => {
    const uploadId = newId();
    await db().upload.create({
      data: {
        id: uploadId,
        projectId: project.projectId,
        name: "a.mov",
        sizeBytes: 5n,
        offsetBytes: 5n,
        state: "complete",
        expiresAt: new Date(),
      },
    });
    const task = await ended("failed", ["failed"], {
      source: { type: "upload", uploadId: showId("upload", uploadId) },
    });
    await db().upload.update({ where: { id: uploadId }, data: { state: "removed" } });
    await expect(retryTask(project.ctx(), task.id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("Upload the file again") as string,
    });
    expect(await getTask(project.ctx(), task.id)).toMatchObject({
      status: "failed",
      jobs: [{ status: "failed" }],
    });

    await db().upload.update({ where: { id: uploadId }, data: { state: "complete" } });
    const outputs = { projectId: project.projectId };
    await db().output.updateMany({ where: outputs, data: { archivedAt: new Date() } });
    await expect(retryTask(project.ctx(), task.id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("media") as string,
    });
    await db().output.updateMany({ where: outputs, data: { archivedAt: null } });
    expect((await retryTask(project.ctx(), task.id)).status).toBe("queued");
  });

  test("to a viewer, and a foreign project gets not_found", async () => {
    const task = await ended("failed", ["failed"]);
    await expect(retryTask(project.ctx("viewer"), task.id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(retryTask(foreign.ctx(), task.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(retryTask(project.ctx(), "junk")).rejects.toMatchObject({ code: "not_found" });
  });
});

test("a task whose upload was still arriving when it was canceled waits for it again", async () => {
  const uploadId = newId();
  await db().upload.create({
    data: {
      id: uploadId,
      projectId: project.projectId,
      name: "b.mov",
      sizeBytes: 5n,
      expiresAt: new Date(Date.now() + 60_000),
    },
  });
  const { task } = await createTask(
    project.ctx(),
    project.request({ source: { type: "upload", uploadId: showId("upload", uploadId) } }),
  );
  const canceled = await cancelTask(project.ctx(), task.id);
  const again = await retryTask(project.ctx(), task.id, { jobs: canceled.jobs.map((job) => job.id) });
  expect(again).toMatchObject({ status: "queued", waitingFor: "upload", queuePosition: null });
  expect((await row(task)).unitId).toBeNull();
});

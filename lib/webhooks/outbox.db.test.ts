import { afterAll, beforeEach, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { renderVisionularCallback } from "#lib/dialects/visionular/callback.ts";
import { toVendorTaskId } from "#lib/dialects/visionular/ids.ts";
import { newId, readId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { cancelTask } from "#lib/tasks/cancel-task.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { registerCallbackBody } from "#lib/webhooks/callback-bodies.ts";
import { createEndpoint } from "#lib/webhooks/create-endpoint.ts";
import { enableEndpoint } from "#lib/webhooks/enable-endpoint.ts";
import { recordSettlement } from "#lib/webhooks/record-settlement.ts";
import { WEBHOOK_EVENTS } from "#lib/webhooks/schema.ts";
import { removeUpload } from "#lib/uploads/remove-upload.ts";
import { failJobs } from "#lib/worker/settle-task.ts";

/** A row is in the outbox exactly when the status was committed, for each receiver that wants it. */

const URL_A = "https://a.example.test/hook";
let project: TestProject;

beforeEach(async () => {
  project = await makeTestProject();
});
afterAll(stopBoss);

const rows = () =>
  db().webhookDelivery.findMany({ where: { projectId: project.projectId }, orderBy: { url: "asc" } });
const endpoint = (url: string, events: readonly string[] = WEBHOOK_EVENTS) =>
  createEndpoint(project.ctx("admin"), { url, events });
const setCallback = (callbackUrl: string) =>
  db().output.updateMany({ where: { projectId: project.projectId }, data: { callbackUrl } });

async function queuedTask(trigger: "console" | "visionular" = "console"): Promise<string> {
  const { task } = await createTask({ ...project.ctx(), trigger }, project.request());
  return task.id;
}

/** A task whose one job is being done under fence 1. */
async function runningTask(trigger: "console" | "visionular" = "console") {
  const taskId = await queuedTask(trigger);
  const id = readId("task", taskId) ?? "";
  await db().task.update({ where: { id }, data: { status: "running", fence: 1, startedAt: new Date() } });
  await db().job.updateMany({ where: { taskId: id }, data: { status: "running" } });
  const job = await db().job.findFirstOrThrow({ where: { taskId: id } });
  return {
    taskId,
    id,
    jobId: job.id,
    attempt: { fence: 1, task: { id, projectId: project.projectId, priority: 0 } },
  };
}

const NOT_FOUND = {
  code: "INPUT_NOT_FOUND",
  params: { host: "cdn.example.test", status: 404 },
  evidence: ["cdn.example.test answered 404"],
  retryable: false,
} as const;

test("canceling a queued task writes one row for each enabled endpoint that wants it", async () => {
  await endpoint(URL_A);
  await endpoint("https://b.example.test/hook", ["task.canceled"]);
  await endpoint("https://c.example.test/hook", ["task.succeeded"]);
  const off = await endpoint("https://d.example.test/hook");
  await enableEndpoint(project.ctx("admin"), off.endpoint.id, false);
  const taskId = await queuedTask();
  await cancelTask(project.ctx(), taskId);
  const written = await rows();
  expect(written.map(({ url, event, state }) => ({ url, event, state }))).toEqual([
    { url: URL_A, event: "task.canceled", state: "pending" },
    { url: "https://b.example.test/hook", event: "task.canceled", state: "pending" },
  ]);
  expect(new Set(written.map(({ eventId }) => eventId)).size).toBe(1);
  expect(JSON.parse(written[0]?.body ?? "")).toMatchObject({
    type: "task.canceled",
    data: { id: taskId, status: "canceled", jobs: [{ template: "System_MP4_H264", status: "canceled" }] },
  });
});

test("a failing run writes the row with the status, and neither when its fence is old", async () => {
  await endpoint(URL_A);
  const { id, jobId, attempt } = await runningTask();
  const failed = [
    {
      id: jobId,
      failure: { ...NOT_FOUND, params: { ...NOT_FOUND.params }, evidence: [...NOT_FOUND.evidence] },
    },
  ];
  await expect(failJobs({ ...attempt, fence: 0 }, failed)).rejects.toMatchObject({ reason: "lost" });
  expect(await rows()).toEqual([]);
  await failJobs(attempt, failed);
  expect((await db().task.findUniqueOrThrow({ where: { id } })).status).toBe("failed");
  const [row] = await rows();
  expect(row).toMatchObject({ event: "task.failed", taskId: id });
  expect(row?.body).not.toContain("evidence");
  expect(JSON.parse(row?.body ?? "")).toMatchObject({
    data: { failure: { code: "INPUT_NOT_FOUND" }, jobs: [{ failure: { code: "INPUT_NOT_FOUND" } }] },
  });
});

test("no row and no count remain of a settlement that was rolled back", async () => {
  await endpoint(URL_A);
  const taskId = readId("task", await queuedTask()) ?? "";
  const before = await db().taskTally.findMany();
  await expect(
    db().$transaction(async (tx) => {
      await recordSettlement(tx, { id: taskId, projectId: project.projectId }, "failed", "UNKNOWN");
      throw new Error("power cut");
    }),
  ).rejects.toThrow("power cut");
  expect(await rows()).toEqual([]);
  expect(await db().taskTally.findMany()).toEqual(before);
});

test("a task whose upload never came tells of its failure", async () => {
  await endpoint(URL_A);
  const uploadId = newId();
  await db().upload.create({
    data: {
      id: uploadId,
      projectId: project.projectId,
      name: "a.mov",
      sizeBytes: 10,
      expiresAt: new Date(0),
    },
  });
  const taskId = readId("task", await queuedTask()) ?? "";
  await db().task.update({ where: { id: taskId }, data: { uploadId, waitingFor: "upload" } });
  await removeUpload(uploadId, { onlyIfExpired: true });
  expect(await rows()).toMatchObject([{ event: "task.failed", taskId }]);
});

test("the Output's callback gets our body for tasks of the console", async () => {
  await setCallback("https://out.example.test/notify");
  await cancelTask(project.ctx(), await queuedTask());
  const [row] = await rows();
  expect(row).toMatchObject({ endpointId: null, url: "https://out.example.test/notify" });
  expect(row?.outputId).toBe(readId("output", project.output.id));
  expect(JSON.parse(row?.body ?? "")).toMatchObject({ type: "task.canceled" });
});

test("tasks of AuroraCloud's API get its body, endpoints ours; without its renderer nothing is settled", async () => {
  const url = "https://out.example.test/notify";
  await setCallback(url);
  await endpoint(URL_A);
  const { taskId, id, jobId, attempt } = await runningTask("visionular");
  const failed = [{ id: jobId, failure: { ...NOT_FOUND, params: { ...NOT_FOUND.params }, evidence: [] } }];
  await expect(failJobs(attempt, failed)).rejects.toThrow(/visionular/);
  expect((await db().task.findUniqueOrThrow({ where: { id } })).status).toBe("running");
  registerCallbackBody("visionular", renderVisionularCallback);
  await failJobs(attempt, failed);
  const written = await rows();
  const [own, vendor] = [URL_A, url].map((wanted) => written.find((row) => row.url === wanted)?.body ?? "");
  expect(JSON.parse(own ?? "")).toMatchObject({ type: "task.failed", data: { id: taskId } });
  expect(JSON.parse(vendor ?? "")).toEqual({
    code: 0,
    msg: "failed",
    callback_url: url,
    data: [
      {
        task_id: toVendorTaskId(taskId),
        status: "failed",
        error_code: 1003,
        error_msg: expect.stringContaining("404") as string,
      },
    ],
  });
});

test("a project without receivers gets no rows, and the settlement is counted", async () => {
  const count = async () =>
    (await db().taskTally.findUnique({ where: { status_code: { status: "canceled", code: "" } } }))?.count ??
    0n;
  const before = await count();
  await cancelTask(project.ctx(), await queuedTask());
  expect(await rows()).toEqual([]);
  expect((await count()) - before).toBe(1n);
});

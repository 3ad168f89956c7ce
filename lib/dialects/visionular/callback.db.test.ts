import { expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { renderVisionularCallback } from "#lib/dialects/visionular/callback.ts";
import { toVendorTaskId } from "#lib/dialects/visionular/ids.ts";
import jobResult from "#lib/dialects/visionular/fixtures/job-result.json" with { type: "json" };
import mediaInfo from "#lib/dialects/visionular/fixtures/media-info.json" with { type: "json" };
import { readId } from "#lib/ids.ts";
import { insertTestTask, makeTestProject } from "#lib/projects/test-project.ts";
import { getTask } from "#lib/tasks/get-task.ts";

const NOTIFY = "https://integrator.example.test/notify";

test("a succeeded task: the vendor's whole body, with a storage URI", async () => {
  const project = await makeTestProject();
  const taskId = await insertTestTask(project, { name: "intro.mov" });
  const id = readId("task", taskId) ?? "";
  const startedAt = new Date("2026-11-20T12:00:00Z");
  const finishedAt = new Date("2026-11-20T12:00:02.500Z");
  await db().task.update({ where: { id }, data: { mediaInfo, startedAt, finishedAt } });
  await db().job.updateMany({ where: { taskId: id }, data: { result: jobResult } });
  const task = await getTask(project.ctx(), taskId);
  expect(renderVisionularCallback(task, project.output, NOTIFY)).toEqual({
    code: 0,
    msg: "succeeded",
    callback_url: NOTIFY,
    data: [
      {
        task_id: toVendorTaskId(taskId),
        input: "https://cdn.example.test/intro.mov",
        output: "local://media/intro.mov.mp4",
        format: "mp4",
        status: "succeeded",
        duration: 10.5,
        spend_time: 2.5,
      },
    ],
  });
  const s3 = { ...project.output, type: "s3" as const, location: "s3://media-bucket/vod/a/" };
  expect(renderVisionularCallback(task, s3, NOTIFY).data[0]).toMatchObject({
    output: "s3://media-bucket/vod/a/intro.mov.mp4",
  });
});

test("a canceled task failed, and the message says why", async () => {
  const project = await makeTestProject();
  const taskId = await insertTestTask(project, { status: "canceled" });
  const body = renderVisionularCallback(await getTask(project.ctx(), taskId), project.output, NOTIFY);
  expect(body).toMatchObject({
    msg: "failed",
    data: [{ status: "failed", error_code: 0, error_msg: "The task was canceled." }],
  });
});

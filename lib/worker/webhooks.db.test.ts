import path from "node:path";

import { afterAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { toVendorTaskId } from "#lib/dialects/visionular/ids.ts";
import { getEnv } from "#lib/env.ts";
import { newId, showId } from "#lib/ids.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { newWebhookSecret } from "#lib/webhooks/signature.ts";
import { callbackSecret, sealEndpointSecret } from "#lib/webhooks/signing-secrets.ts";
import { isSignedWith, startSink } from "#lib/webhooks/test-sink.ts";
import {
  makeClip,
  makeScene,
  makeTask,
  predefined,
  serveFile,
  startWorker,
  waitForTask,
} from "#lib/worker/worker-fixture.ts";

afterAll(stopBoss);

test("a worker that settles tasks tells their receivers, each in its own words", async () => {
  const scene = await makeScene("webhooks");
  const sink = await startSink((response) => response.writeHead(204).end());
  const source = await serveFile(await makeClip(path.join(getEnv().dataDir, "clip.mp4"), 1));
  const endpointId = newId();
  const secret = newWebhookSecret();
  await db().webhookEndpoint.create({
    data: {
      id: endpointId,
      projectId: scene.projectId,
      url: `${sink.url}/endpoint`,
      events: ["task.succeeded"],
      secretEncrypted: sealEndpointSecret(endpointId, "secretEncrypted", secret),
    },
  });
  const notify = `${sink.url}/callback`;
  await db().output.update({ where: { id: scene.outputId }, data: { callbackUrl: notify } });
  const spec = predefined("System_MP4_H264");
  const { taskId } = await makeTask(scene, {
    source: { type: "url", url: source.url },
    jobs: [{ template: "System_MP4_H264", spec, primaryPath: "clip-out.mp4" }],
  });
  await db().task.update({ where: { id: taskId }, data: { trigger: "visionular" } });

  const worker = await startWorker();
  try {
    expect((await waitForTask(taskId)).status).toBe("succeeded");
    await expect
      .poll(() => db().webhookDelivery.count({ where: { state: "delivered" } }), { timeout: 10_000 })
      .toBe(2);
  } finally {
    await worker.end("SIGTERM");
    source.close();
    await sink.close();
  }
  const [own, vendor] = ["/hook/endpoint", "/hook/callback"].map((wanted) =>
    sink.received.filter((request) => request.path === wanted),
  );
  expect(own).toHaveLength(1);
  expect(vendor).toHaveLength(1);
  expect(JSON.parse(own![0]!.body)).toMatchObject({
    type: "task.succeeded",
    data: { id: showId("task", taskId), jobs: [{ primaryPath: "clip-out.mp4", status: "succeeded" }] },
  });
  expect(JSON.parse(vendor![0]!.body)).toMatchObject({
    code: 0,
    msg: "succeeded",
    callback_url: notify,
    data: [
      {
        task_id: toVendorTaskId(showId("task", taskId)),
        output: "local://media/clip-out.mp4",
        status: "succeeded",
      },
    ],
  });
  expect(isSignedWith(secret, own![0]!)).toBe(true);
  expect(isSignedWith(callbackSecret(scene.outputId), vendor![0]!)).toBe(true);
  expect(own![0]!.headers["webhook-id"]).toBe(vendor![0]!.headers["webhook-id"]);
  // No signed link, no secret and no path of this machine in what leaves it.
  expect(own![0]!.body).not.toMatch(/\/files\/|whsec_|outputs\//);
  expect(worker.output()).not.toContain(secret.slice(6));
}, 120_000);

import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId, showId } from "#lib/ids.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { drainWorker, resumeWorker } from "#lib/workers/drain-worker.ts";
import {
  getTaskRow,
  makeClip,
  makeScene,
  makeTask,
  serveFile,
  startWorker,
  waitForTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";
import { isEncoding, mp4, slow } from "#lib/worker/worker-scenarios.ts";

let clip: { url: string; close: () => void };
let longClip: { url: string; close: () => void };
const workers: WorkerHandle[] = [];

const admin: Ctx = {
  projectId: newId(),
  actor: { kind: "user", id: newId(), name: "Ada" },
  role: "admin",
  trigger: "console",
};

beforeAll(async () => {
  const { dataDir } = getEnv();
  clip = await serveFile(await makeClip(path.join(dataDir, "clip.mp4"), 1));
  longClip = await serveFile(await makeClip(path.join(dataDir, "long.mp4"), 8, "640x360"));
}, 60_000);

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end("SIGKILL")));
});

afterAll(async () => {
  clip.close();
  longClip.close();
  await stopBoss();
});

const onlyWorker = () => db().worker.findFirstOrThrow({ orderBy: { startedAt: "desc" } });

test(
  "a drained worker finishes what it runs and takes nothing more, until it is resumed",
  { timeout: 120_000 },
  async () => {
    const scene = await makeScene("drained");
    const running = await makeTask(scene, { source: { type: "url", url: longClip.url }, jobs: [slow()] });
    const worker = await startWorker({ WORKER_SLOTS: "2" });
    workers.push(worker);
    await waitForTask(running.taskId, isEncoding);
    const { id } = await onlyWorker();

    await drainWorker(admin, showId("worker", id));
    // Told at once, not at its next heartbeat.
    await expect.poll(async () => (await onlyWorker()).state, { timeout: 3_000 }).toBe("draining");
    const waiting = await makeTask(scene, { source: { type: "url", url: clip.url }, jobs: [mp4()] });
    const ended = await waitForTask(running.taskId);
    expect(ended).toMatchObject({ status: "succeeded", attempt: 1, workerLosses: 0 });
    await sleep(3_000);
    expect(await getTaskRow(waiting.taskId)).toMatchObject({ status: "queued", attempt: 0 });

    await resumeWorker(admin, showId("worker", id));
    expect(await waitForTask(waiting.taskId)).toMatchObject({ status: "succeeded", attempt: 1 });
    await expect.poll(async () => (await onlyWorker()).state).toBe("online");
    expect((await onlyWorker()).sandboxReason).not.toBe("");

    // Drained and then stopped, it ends as cleanly as any.
    await drainWorker(admin, showId("worker", id));
    expect(await worker.end("SIGTERM")).toBe(0);
    expect((await onlyWorker()).state).toBe("offline");
  },
);

test(
  "a worker that was removed while it was silent registers itself again",
  { timeout: 60_000 },
  async () => {
    workers.push(await startWorker());
    const { id } = await onlyWorker();
    await db().worker.delete({ where: { id } });
    await expect
      .poll(() => db().worker.count({ where: { id, state: "online" } }), { timeout: 15_000 })
      .toBe(1);
  },
);

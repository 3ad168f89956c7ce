import path from "node:path";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { showId } from "#lib/ids.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { cancelTask } from "#lib/tasks/cancel-task.ts";
import { getTask } from "#lib/tasks/get-task.ts";
import {
  encodersOf,
  getTaskRow,
  makeClip,
  makeScene,
  makeTask,
  type Scene,
  serveFile,
  startWorker,
  waitForTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";
import { isEncoding, mp4, slow } from "#lib/worker/worker-scenarios.ts";

/** Enough for one slow encode of 360p (about 165 MiB) and a quick one of 180p (about 110), not for two slow ones. */
const LIMIT_BYTES = 300 * 1024 ** 2;
const LIMIT = 150_000;

let long: { url: string; close: () => void };
let short: { url: string; close: () => void };
let small: { url: string; close: () => void };
let worker: WorkerHandle | undefined;

beforeAll(async () => {
  const { dataDir } = getEnv();
  long = await serveFile(await makeClip(path.join(dataDir, "long.mp4"), 90, "640x360"));
  short = await serveFile(await makeClip(path.join(dataDir, "short.mp4"), 1, "640x360"));
  small = await serveFile(await makeClip(path.join(dataDir, "small.mp4"), 1));
}, 60_000);

afterEach(async () => {
  await worker?.end("SIGKILL");
});

afterAll(async () => {
  for (const { close } of [long, short, small]) close();
  await stopBoss();
});

const start = async (scene: Scene, { url }: { url: string }, job = slow()) =>
  (await makeTask(scene, { source: { type: "url", url }, jobs: [job] })).taskId;

const ctxOf = (scene: Scene): Ctx => ({
  projectId: scene.projectId,
  actor: { kind: "key", id: scene.projectId, name: "test" },
  role: "operator",
  trigger: "api",
});

const isWaiting = ({ waitingFor }: { waitingFor: string | null }) => waitingFor === "memory";

test(
  "an encode that does not fit waits in its slot and says so, a smaller one goes first, and a waiting one can be canceled",
  { timeout: LIMIT },
  async () => {
    const scene = await makeScene("memory");
    const ctx = ctxOf(scene);
    worker = await startWorker({ WORKER_SLOTS: "4", MEMORY_LIMIT_BYTES: String(LIMIT_BYTES) });
    const running = await start(scene, long);
    await waitForTask(running, isEncoding);

    const waiting = await start(scene, short);
    const unwanted = await start(scene, short);
    for (const id of [waiting, unwanted]) await waitForTask(id, isWaiting);
    const shown = await getTask(ctx, showId("task", waiting));
    expect(shown).toMatchObject({
      status: "running",
      phase: "transcoding",
      waitingFor: "memory",
      failure: null,
    });

    const sentence =
      /^waiting for memory: the encode needs about 1\d\d\.\d MB, 1\d\d\.\d MB of 314\.6 MB are free$/;
    await expect
      .poll(async () => {
        const lines = await db().taskLog.findMany({ where: { taskId: waiting }, select: { text: true } });
        return lines.filter(({ text }) => sentence.test(text)).length;
      })
      .toBe(1);

    // It fits beside the first.
    const quick = await start(scene, small, mp4());
    expect(await waitForTask(quick)).toMatchObject({ status: "succeeded" });
    expect(await getTaskRow(waiting)).toMatchObject({ status: "running", waitingFor: "memory" });
    expect(await encodersOf(getEnv().dataDir)).toHaveLength(1);

    await cancelTask(ctx, showId("task", unwanted));
    expect(await waitForTask(unwanted)).toMatchObject({ status: "canceled", waitingFor: null });

    await cancelTask(ctx, showId("task", running));
    expect(await waitForTask(running)).toMatchObject({ status: "canceled" });
    expect(await waitForTask(waiting)).toMatchObject({ status: "succeeded", attempt: 1, waitingFor: null });
  },
);

test(
  "a worker that is told to go gives a waiting task back, which waits for no memory then",
  { timeout: LIMIT },
  async () => {
    const scene = await makeScene("memory-drain");
    worker = await startWorker({ WORKER_SLOTS: "2", MEMORY_LIMIT_BYTES: String(LIMIT_BYTES) });
    const running = await start(scene, long);
    await waitForTask(running, isEncoding);
    const waiting = await start(scene, short);
    await waitForTask(waiting, isWaiting);
    expect(await worker.end("SIGTERM")).toBe(0);
    for (const id of [running, waiting])
      expect(await getTaskRow(id)).toMatchObject({ status: "queued", waitingFor: null, attempt: 0 });
  },
);

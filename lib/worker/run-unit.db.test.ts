import { EventEmitter } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import { detectSandbox } from "#lib/media/sandbox.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { WorkDisk } from "#lib/worker/disk-space.ts";
import { MemoryPool } from "#lib/worker/memory-pool.ts";
import { GivenBack, runUnit } from "#lib/worker/run-unit.ts";
import { getTaskRow, makeScene, makeTask, predefined } from "#lib/worker/worker-fixture.ts";

/** No slot but the unit's own. */
const help = {
  ...{ storeId: newId(), version: "0", dataDir: "/nowhere", news: new EventEmitter() },
  lendable: () => 0,
};

afterAll(stopBoss);

test("a task that takes longer than the limit fails, once and for good", async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.mp4`;
  const scene = await makeScene("limit");
  const template = "System_MP4_H264";
  const { taskId } = await makeTask(scene, {
    source: { type: "url", url },
    jobs: [{ template, spec: predefined(template), primaryPath: "a.mp4" }],
  });
  const id = newId();
  const about = { name: "w", host: "h", pid: 1, slots: 1, version: "0", capabilities: {}, sandboxTier: "D" };
  await db().worker.create({ data: { id, ...about } });
  const { unitId } = await getTaskRow(taskId);
  const env = { ...getEnv(), allowedPrivateCidrs: ["127.0.0.0/8"] };
  const sandbox = await detectSandbox("off");
  await runUnit(
    { id: unitId ?? "", data: { taskId, tries: 0 }, signal: new AbortController().signal },
    { sandbox, slot: 0, memoryLimitBytes: env.memoryLimitBytes, threads: 1 },
    {
      ...{ env, id, name: "w", capabilities: {} as Capabilities, running: new Map(), isStopping: false },
      memory: new MemoryPool(env.memoryLimitBytes),
      disk: new WorkDisk(),
      help,
    },
    1 / 3600,
  );
  server.closeAllConnections();
  server.close();
  const row = await getTaskRow(taskId);
  expect(row).toMatchObject({ status: "failed", errorCode: "TASK_TIMEOUT" });
  expect(row.jobs[0]).toMatchObject({ status: "failed", errorCode: "TASK_TIMEOUT" });
});

test("a run that is stopped as lost leaves its unit to the queue, whose fence knows whether somebody else has it", async () => {
  const scene = await makeScene("lost");
  const template = "System_MP4_H264";
  const { taskId } = await makeTask(scene, {
    source: { type: "url", url: "http://127.0.0.1:9/x.mp4" },
    jobs: [{ template, spec: predefined(template), primaryPath: "a.mp4" }],
  });
  const id = newId();
  const about = { name: "w", host: "h", pid: 1, slots: 1, version: "0", capabilities: {}, sandboxTier: "D" };
  await db().worker.create({ data: { id, ...about } });
  const { unitId } = await getTaskRow(taskId);
  const env = getEnv();
  const running = runUnit(
    { id: unitId ?? "", data: { taskId, tries: 0 }, signal: AbortSignal.abort() },
    { sandbox: await detectSandbox("off"), slot: 0, memoryLimitBytes: env.memoryLimitBytes, threads: 1 },
    {
      ...{ env, id, name: "w", capabilities: {} as Capabilities, running: new Map(), isStopping: false },
      memory: new MemoryPool(env.memoryLimitBytes),
      disk: new WorkDisk(),
      help,
    },
  );
  await expect(running).rejects.toThrow(GivenBack);
  expect(await getTaskRow(taskId)).toMatchObject({ status: "running", unitId, fence: 1 });
});

import { expect, test } from "vitest";

import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { newId, readId } from "#lib/ids.ts";
import { listWorkers } from "#lib/workers/list-workers.ts";
import { workersSummary } from "#lib/workers/workers-summary.ts";

const ctx: Ctx = {
  projectId: newId(),
  actor: { kind: "user", id: newId(), name: "Ada" },
  role: "viewer",
  trigger: "console",
};

async function makeWorker(name: string, state: string, secondsAgo: number, slots = 2): Promise<void> {
  const at = new Date(Date.now() - secondsAgo * 1000);
  await db().worker.create({
    data: {
      id: newId(),
      name,
      host: "h",
      pid: 1,
      slots,
      state,
      version: "1",
      capabilities: {},
      sandboxTier: "A",
      startedAt: at,
      heartbeatAt: at,
    },
  });
}

test("a worker is what it says only while it gives signs of life", async () => {
  await makeWorker("gone", "online", 2 * 24 * 3600);
  await makeWorker("silent", "online", 60);
  await makeWorker("stopped", "offline", 20);
  await makeWorker("leaving", "draining", 10);
  await makeWorker("full", "paused", 5);
  await makeWorker("busy", "online", 1, 3);
  const views = await listWorkers(ctx);
  expect(
    views.map(({ name, state, slots, running, sandboxTier }) => [name, state, slots, running, sandboxTier]),
  ).toEqual([
    ["busy", "online", 3, 0, "A"],
    ["full", "paused", 2, 0, "A"],
    ["leaving", "draining", 2, 0, "A"],
    ["stopped", "offline", 2, 0, "A"],
    ["silent", "offline", 2, 0, "A"],
  ]);
  expect(views.every((view) => readId("worker", view.id) !== null)).toBe(true);
  expect(await workersSummary()).toEqual({ online: 1, slots: 3, paused: 1, draining: 1 });
});

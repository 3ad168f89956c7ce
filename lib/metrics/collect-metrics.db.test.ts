import { mkdir } from "node:fs/promises";

import { afterAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { collectMetrics } from "#lib/metrics/collect-metrics.ts";
import { makeTestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { cancelTask } from "#lib/tasks/cancel-task.ts";
import { createTask } from "#lib/tasks/create-task.ts";

afterAll(stopBoss);

test("the figures follow tasks, workers and disk; only an admin reads them", async () => {
  const project = await makeTestProject();
  await mkdir(getEnv().dataDir, { recursive: true });
  const { task } = await createTask(project.ctx(), project.request());
  await createTask(project.ctx(), project.request());
  await cancelTask(project.ctx(), task.id);
  const worker = { host: "h", pid: 1, version: "1", capabilities: {}, sandboxTier: "A" };
  await db().worker.create({ data: { id: newId(), name: "a", slots: 3, ...worker } });
  await db().worker.create({
    data: { id: newId(), name: "b", slots: 2, heartbeatAt: new Date(Date.now() - 60_000), ...worker },
  });
  const text = await collectMetrics(project.ctx("admin"));
  for (const line of [
    "vod_queue_depth 1",
    "vod_tasks_running 0",
    'vod_tasks_finished_total{status="canceled",code=""} 1',
    'vod_workers{state="online"} 1',
    'vod_workers{state="offline"} 1',
    "vod_worker_slots 3",
    'vod_webhook_deliveries{state="dead"} 0',
  ])
    expect(text).toContain(`${line}\n`);
  expect(text).toMatch(/vod_queue_oldest_seconds \d/);
  expect(text).toMatch(/vod_disk_free_bytes\{folder="[^"]+"\} \d{6,}/);
  // Every line is a comment or a sample.
  for (const line of text.trimEnd().split("\n"))
    expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{.*\})? [\d.e+-]+)$/);
  await expect(collectMetrics(project.ctx("operator"))).rejects.toMatchObject({ code: "forbidden" });
});

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";

import { afterAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, uploadsDir, workDir } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { sweep } from "#lib/worker/sweep.ts";
import { filesBelow, getTaskRow, makeScene, makeTask, predefined } from "#lib/worker/worker-fixture.ts";

afterAll(stopBoss);

const HOUR = 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms);
/** No process has it: the kernel's largest is 2^22. */
const NO_PID = 4_194_305;

async function makeWorker(data: {
  host?: string;
  pid?: number;
  heartbeatAt?: Date;
  state?: string;
}): Promise<string> {
  const id = newId();
  await db().worker.create({
    data: {
      id,
      name: "w",
      host: hostname(),
      pid: process.pid,
      slots: 1,
      version: "0",
      capabilities: {},
      sandboxTier: "D",
      ...data,
    },
  });
  const folder = path.join(workDir(getEnv()), id, "some-attempt");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "input"), "x");
  return id;
}

test("work folders of dead workers go, those of living ones stay", async () => {
  const living = await makeWorker({});
  const elsewhere = await makeWorker({ host: "another-machine", pid: NO_PID });
  const dead = await makeWorker({ pid: NO_PID });
  const silent = await makeWorker({ host: "another-machine", heartbeatAt: ago(2 * 60_000) });
  const cutOff = await makeWorker({ host: "another-machine", heartbeatAt: ago(11 * 60_000) });
  const unknown = path.join(workDir(getEnv()), newId());
  await mkdir(unknown);
  await sweep(getEnv());
  expect(await filesBelow(workDir(getEnv()))).toEqual(
    [living, elsewhere, silent].sort().map((id) => `${id}/some-attempt/input`),
  );
  const states = await db().worker.findMany({ where: { state: "offline" }, select: { id: true } });
  expect(states.map((row) => row.id).sort()).toEqual([dead, silent, cutOff].sort());
});

test("a task without a living unit is queued again, others are left alone", async () => {
  const scene = await makeScene("lost");
  const make = () =>
    makeTask(scene, {
      source: { type: "url", url: "http://a.example/x.mp4" },
      jobs: [{ template: "T", spec: predefined("System_MP4_H264"), primaryPath: "a.mp4" }],
    });
  const [lost, fine] = [await make(), await make()];
  const before = [await getTaskRow(lost.taskId), await getTaskRow(fine.taskId)];
  await db().$executeRaw`DELETE FROM pgboss.job WHERE id = ${before[0]?.unitId}::uuid`;
  await db().$executeRaw`UPDATE "Task" SET "updatedAt" = now() - interval '5 minutes'`;
  await sweep(getEnv());
  const [after, untouched] = [await getTaskRow(lost.taskId), await getTaskRow(fine.taskId)];
  expect(after.unitId).not.toBe(before[0]?.unitId);
  const units = await db().$queryRaw<
    { n: bigint }[]
  >`SELECT count(*) AS n FROM pgboss.job WHERE id = ${after.unitId}::uuid`;
  expect(units).toEqual([{ n: 1n }]);
  expect(untouched.unitId).toBe(before[1]?.unitId);
});

test("an upload that was given up fails its task and loses its bytes", async () => {
  const scene = await makeScene("abandoned");
  const uploadId = newId();
  const file = path.join(uploadsDir(getEnv()), uploadId);
  await mkdir(uploadsDir(getEnv()), { recursive: true });
  await writeFile(file, "half");
  await writeFile(`${file}.json`, "{}");
  await db().upload.create({
    data: {
      id: uploadId,
      projectId: scene.projectId,
      name: "half.mp4",
      sizeBytes: 8,
      offsetBytes: 4,
      expiresAt: ago(1000),
    },
  });
  const { taskId } = await makeTask(scene, {
    source: { type: "upload", uploadId },
    jobs: [{ template: "T", spec: predefined("System_MP4_H264"), primaryPath: "a.mp4" }],
  });
  await db().task.update({ where: { id: taskId }, data: { uploadId, waitingFor: "upload", unitId: null } });
  await sweep(getEnv());
  expect(await getTaskRow(taskId)).toMatchObject({ status: "failed", errorCode: "UPLOAD_ABANDONED" });
  expect(await filesBelow(uploadsDir(getEnv()))).toEqual([]);
});

test("old previews, idempotency keys and records go; new ones stay", async () => {
  const scene = await makeScene("old");
  const { projectId } = scene;
  for (const createdAt of [ago(2 * HOUR), ago(0)]) {
    await db().probe.create({ data: { id: newId(), projectId, source: {}, createdAt } });
  }
  for (const [key, createdAt] of [
    ["old", ago(25 * HOUR)],
    ["new", ago(0)],
  ] as const) {
    await db().idempotencyKey.create({ data: { projectId, key, bodyHash: "x", taskId: newId(), createdAt } });
  }
  const { taskId } = await makeTask(scene, {
    source: { type: "url", url: "http://a.example/x.mp4" },
    jobs: [{ template: "T", spec: predefined("System_MP4_H264"), primaryPath: "a.mp4" }],
  });
  await db().task.update({
    where: { id: taskId },
    data: { status: "failed", finishedAt: ago(401 * 24 * HOUR), unitId: null },
  });
  await sweep(getEnv());
  expect(await db().probe.count({ where: { projectId } })).toBe(1);
  expect(await db().idempotencyKey.findMany({ where: { projectId }, select: { key: true } })).toEqual([
    { key: "new" },
  ]);
  expect(await db().task.count({ where: { id: taskId } })).toBe(0);
});

test("a backlog of old records goes in one sweep, with logs and timelines; files and the audit log stay", async () => {
  const scene = await makeScene("backlog");
  const { projectId, outputId } = scene;
  const file = path.join(getEnv().outputRoots[0] ?? "", "kept.mp4");
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, "published");
  const makeRow = (number: number, days: number) => ({
    ...{ id: newId(), projectId, outputId, name: `t${number}`, searchText: "t", outputPattern: "t" },
    ...{ sourceType: "url" as const, source: {}, trigger: "api" as const, status: "succeeded" as const },
    finishedAt: ago(days * 24 * HOUR),
  });
  const old = Array.from({ length: 230 }, (_, number) => makeRow(number, 401));
  const young = makeRow(1000, 399);
  await db().task.createMany({ data: [...old, young] });
  await db().taskLog.createMany({
    data: [...old, young].map((row) => ({ taskId: row.id, attempt: 1, level: "info", text: "line" })),
  });
  const audit = {
    projectId,
    actorKind: "nobody" as const,
    actorName: "",
    objectKind: "task",
    objectName: "t",
  };
  await db().auditLog.create({
    data: {
      ...audit,
      id: newId(),
      at: ago(900 * 24 * HOUR),
      action: "task.delete",
      source: "api",
      address: "",
    },
  });
  for (const expiresAt of [ago(1000), ago(-HOUR)])
    await db().endedSession.create({ data: { id: newId(), expiresAt } });
  for (const createdAt of [ago(31 * 24 * HOUR), ago(29 * 24 * HOUR)]) {
    const delivery = { eventId: newId(), event: "task.succeeded", url: "http://a.example/", body: "{}" };
    await db().webhookDelivery.create({
      data: { ...delivery, id: newId(), projectId, state: "delivered", createdAt },
    });
  }
  await sweep(getEnv());
  expect(await db().task.findMany({ where: { projectId }, select: { id: true } })).toEqual([
    { id: young.id },
  ]);
  expect(await db().taskLog.findMany({ select: { taskId: true } })).toEqual([{ taskId: young.id }]);
  expect(await db().auditLog.count({ where: { projectId } })).toBe(1);
  expect(await db().endedSession.count()).toBe(1);
  expect(await db().webhookDelivery.count({ where: { projectId } })).toBe(1);
  expect(await readFile(file, "utf8")).toBe("published");
});

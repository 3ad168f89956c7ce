import { appendFile, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, resetEnv, uploadsDir, workDir } from "#lib/env.ts";
import { readId } from "#lib/ids.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { createTask } from "#lib/tasks/create-task.ts";
import { isSettled } from "#lib/tasks/status.ts";
import { createEndpoint } from "#lib/webhooks/create-endpoint.ts";
import { encodersOf, makeClip, serveFile, startWorker, waitForTask } from "#lib/worker/worker-fixture.ts";

import { checkInvariants, type Invariant, isGreen, verdictTable } from "./check.ts";
import { waitUntil } from "./harness.ts";
import { History } from "./history.ts";
import { Random } from "./random.ts";
import { Sink } from "./sink.ts";

/** The drill in small: a worker dies at three points; the checker is green, and finds every kind of damage. */

const SECONDS = 3;
const POINTS = ["claimed", "replaced", "committed"];
const TEMPLATES = ["System_HLS_H264", "System_MP4_H264", "System_DASH_MP4_H264", "System_Audio_AAC"];

const history = new History(null);
const sink = new Sink(history, new Random(1));
let project: TestProject;
let succeeded = "";

beforeAll(async () => {
  process.env["ALLOWED_PRIVATE_CIDRS"] = "127.0.0.0/8";
  resetEnv();
  await sink.open();
  sink.heal();
  project = await makeTestProject("Drill");
  for (const name of ["ok", "bad"])
    await createEndpoint(project.ctx("admin"), {
      url: `${sink.url}/${name}`,
      events: ["task.succeeded", "task.failed"],
    });
  const clip = await serveFile(await makeClip(path.join(getEnv().dataDir, "clip.mp4"), SECONDS));
  const broken = path.join(getEnv().dataDir, "broken.mp4");
  await writeFile(broken, "this is no video, and never was one".repeat(100));
  const bad = await serveFile(broken);
  const urls = [...TEMPLATES.map(() => clip.url), bad.url];
  const ids: string[] = [];
  for (const [index, url] of urls.entries()) {
    const templates = [TEMPLATES[index % TEMPLATES.length] ?? ""];
    const key = `key-${index}`;
    const request = project.request({
      source: { type: "url", url },
      templates,
      outputPattern: "x/{input_name}",
    });
    for (let call = 0; call < 2; call++) {
      const { task, created } = await createTask(project.ctx(), request, { idempotencyKey: key });
      history.add({ kind: "create", key, status: created ? 201 : 200, taskId: task.id });
    }
    ids.push(readId("task", history.of("create").at(-1)?.taskId ?? "") ?? "");
  }
  for (const point of POINTS) {
    const victim = await startWorker({ FAULT_DRILL: "1", FAULT_POINT: point });
    await waitUntil(async () => victim.child.signalCode !== null, 60_000, 50);
    expect(victim.child.signalCode).toBe("SIGKILL");
  }
  const worker = await startWorker({ WORKER_SLOTS: "2" });
  for (const id of ids) {
    const row = await waitForTask(id, ({ status }) => isSettled(status), 120_000);
    history.add({ kind: "settled", taskId: id, status: row.status });
  }
  const isSent = async () =>
    (await db().webhookDelivery.count({ where: { state: { not: "delivered" } } })) === 0;
  expect(await waitUntil(isSent, 30_000)).toBe(true);
  clip.close();
  bad.close();
  // The unit of the task whose worker died after the commit is delivered once more, and what it left is cleared then.
  const hasUnits = async () =>
    (
      await db().$queryRaw<{ count: bigint }[]>`
        SELECT count(*) FROM pgboss.job WHERE name = 'task' AND state <= 'active'`
    )[0]?.count !== 0n;
  expect(await waitUntil(async () => !(await hasUnits()), 60_000)).toBe(true);
  await worker.end("SIGTERM");
  // Every start sweeps.
  await (await startWorker()).end("SIGTERM");
  succeeded = ids[0] ?? "";
}, 240_000);

afterAll(async () => {
  await sink.close();
  await stopBoss();
});

const check = async () =>
  checkInvariants({
    history,
    emptyFolders: [workDir(getEnv())],
    uploadsFolder: uploadsDir(getEnv()),
    encoders: await encodersOf(getEnv().dataDir),
    sourceSeconds: SECONDS,
  });

/** The invariants that do not hold while `damage` is done; what it returns repairs it. */
async function brokenBy(damage: () => Promise<() => unknown>): Promise<Invariant[]> {
  const repair = await damage();
  try {
    const verdict = await check();
    return (Object.keys(verdict) as Invariant[]).filter((name) => verdict[name].violations.length > 0);
  } finally {
    await repair();
  }
}

describe("the checker of the fault drill", { timeout: 60_000 }, () => {
  test("finds nothing after workers died before, at and after the commit", async () => {
    const verdict = await check();
    expect(isGreen(verdict), verdictTable(verdict)).toBe(true);
    expect(
      await db().task.groupBy({ by: ["status"], _count: { _all: true }, orderBy: { status: "asc" } }),
    ).toEqual([
      { status: "succeeded", _count: { _all: 4 } },
      { status: "failed", _count: { _all: 1 } },
    ]);
    const { _sum } = await db().task.aggregate({ _sum: { workerLosses: true } });
    expect(_sum.workerLosses).toBeGreaterThanOrEqual(2);
  });

  test("I1: finds a create that was answered with another task", async () => {
    const found = await brokenBy(async () => {
      history.add({
        kind: "create",
        key: "key-0",
        status: 201,
        taskId: history.of("create").at(-1)?.taskId ?? "",
      });
      return () => history.lines.pop();
    });
    expect(found).toEqual(["I1"]);
  });

  test("I2: finds a task that runs nowhere", async () => {
    const found = await brokenBy(async () => {
      await db()
        .$executeRaw`UPDATE "Task" SET status = 'running', "updatedAt" = now() - interval '2 minutes', "workerId" = NULL WHERE id = ${succeeded}::uuid`;
      return () => db().$executeRaw`UPDATE "Task" SET status = 'succeeded' WHERE id = ${succeeded}::uuid`;
    });
    expect(found).toContain("I2");
  });

  test("I3: finds other bytes under a published name", async () => {
    const { primary } = await manifestOf(succeeded);
    const file = path.join(project.folder, primary.path);
    const bytes = await readFile(file);
    const found = await brokenBy(async () => {
      await appendFile(file, "#");
      return () => writeFile(file, bytes);
    });
    expect(found).toEqual(["I3"]);
  });

  test("I4: finds a result that an older attempt has published", async () => {
    const manifest = await manifestOf(succeeded);
    const save = (fence: number) =>
      db().job.updateMany({ where: { taskId: succeeded }, data: { manifest: { ...manifest, fence } } });
    const found = await brokenBy(async () => {
      await save(manifest.fence + 1);
      return () => save(manifest.fence);
    });
    expect(found).toEqual(["I4"]);
  });

  test("I4: finds a file that is older than the attempt that published it", async () => {
    const file = path.join(project.folder, (await manifestOf(succeeded)).primary.path);
    const { mtime } = await stat(file);
    const found = await brokenBy(async () => {
      await utimes(file, mtime, new Date(mtime.getTime() - 60_000));
      return () => utimes(file, mtime, mtime);
    });
    expect(found).toEqual(["I4"]);
  });

  test("I5: finds a settlement that is not in the outbox, and a repeat with another body", async () => {
    const row = await db().webhookDelivery.findFirstOrThrow({ where: { taskId: succeeded } });
    const dropped = await brokenBy(async () => {
      await db().webhookDelivery.update({ where: { id: row.id }, data: { taskId: null } });
      return () => db().webhookDelivery.update({ where: { id: row.id }, data: { taskId: succeeded } });
    });
    expect(dropped).toEqual(["I5"]);
    const got = history.of("received")[0];
    const changed = await brokenBy(async () => {
      history.add({
        kind: "received",
        path: got?.path ?? "",
        id: got?.id ?? "",
        bodyHash: "other",
        answered: 204,
      });
      return () => history.lines.pop();
    });
    expect(changed).toEqual(["I5"]);
  });

  test("I6 and I7: find a settlement that was counted twice, and a task that was tried too often", async () => {
    const twice = await brokenBy(async () => {
      await db().taskTally.updateMany({ where: { status: "succeeded" }, data: { count: { increment: 1 } } });
      return () =>
        db().taskTally.updateMany({ where: { status: "succeeded" }, data: { count: { decrement: 1 } } });
    });
    expect(twice).toEqual(["I6"]);
    const often = await brokenBy(async () => {
      await db().task.update({ where: { id: succeeded }, data: { toolDeaths: 9 } });
      return () => db().task.update({ where: { id: succeeded }, data: { toolDeaths: 0 } });
    });
    expect(often).toEqual(["I7"]);
  });

  test("I8 and I9: find a file that nobody names, and an error that a client saw", async () => {
    const stray = path.join(project.folder, "x", "stray.ts");
    const left = await brokenBy(async () => {
      await writeFile(stray, "x");
      return () => rm(stray);
    });
    expect(left).toEqual(["I8"]);
    const seen = await brokenBy(async () => {
      history.add({ kind: "call", what: "cancel", status: 500 });
      return () => history.lines.pop();
    });
    expect(seen).toEqual(["I9"]);
  });
});

async function manifestOf(taskId: string) {
  const job = await db().job.findFirstOrThrow({ where: { taskId } });
  return manifestSchema.parse(job.manifest);
}

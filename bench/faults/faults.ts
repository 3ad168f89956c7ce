import { execFile } from "node:child_process";
import { readFileSync, rmSync, statfsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import pg from "pg";

import { db } from "#lib/db/client.ts";
import { migrateDatabase } from "#lib/launcher/migrate.ts";
import { enqueueTask } from "#lib/queue/boss.ts";
import { isSettled } from "#lib/tasks/status.ts";
import { FAULT_POINTS } from "#lib/worker/fault-point.ts";

import type { Client } from "./clients.ts";
import { type Installation, waitUntil } from "./harness.ts";
import type { Kept } from "./kept.ts";
import type { History } from "./history.ts";
import type { Random } from "./random.ts";
import type { Sink } from "./sink.ts";

const run = promisify(execFile);

/** Three leases and a little: the longest that a worker is away and comes back. */
const FROZEN_MS = 32_000;
/** How long an armed point is waited for. */
const POINT_MS = 45_000;
const BAIT_MS = 3_000;

export type Scene = {
  installation: Installation;
  client: Client;
  sink: Sink;
  random: Random;
  history: History;
  /** An HLS task at high priority, so that the next claim is one whose primary tells one attempt from another. */
  submitUrgent: () => Promise<void>;
};

export type Fault = { name: string; detail: string; act: (scene: Scene) => Promise<boolean> };

/**
 * Every fault of the plan, as often as it is to happen, in an order that the seed decides: one lane for what ends and
 * freezes workers, which takes one at a time, and one for all else, which happens meanwhile.
 */
export function planFaults(random: Random): Fault[][] {
  const times = (count: number, fault: Fault) => Array.from({ length: count }, () => fault);
  const workers = random.shuffle([
    ...times(3, { name: "F1", detail: "worker killed at random", act: killWorker }),
    ...FAULT_POINTS.map((point) => ({
      name: "F1",
      detail: `worker killed at: ${point}`,
      act: killAt(point),
    })),
    { name: "F4", detail: "worker frozen for 32 s", act: freezeWorker },
    { name: "F4", detail: "worker frozen at: staged", act: freezeAt("staged") },
    { name: "F4", detail: "worker frozen at: replaced", act: freezeAt("replaced") },
    { name: "F11", detail: "rolling restart with a migration in flight", act: rollingRestart },
  ]);
  const others = random.shuffle([
    ...times(3, { name: "F2", detail: "web killed", act: killWeb }),
    { name: "F3", detail: "database stopped at once", act: interruptDatabase("SIGQUIT", 1_000) },
    { name: "F3", detail: "database restarted", act: interruptDatabase("SIGINT", 1_000) },
    { name: "F3", detail: "database absent for 20 s", act: interruptDatabase("SIGQUIT", 20_000) },
    ...times(3, { name: "F5", detail: "encoder killed", act: hitEncoder("SIGKILL") }),
    ...times(2, { name: "F5", detail: "encoder stopped", act: hitEncoder("SIGSTOP") }),
    ...times(4, { name: "F9", detail: "unit delivered again while it runs", act: redeliver }),
    ...times(2, { name: "F9", detail: "second unit for a task", act: addUnit }),
    { name: "F10", detail: "receivers dead for 12 s", act: killSink },
  ]);
  return [workers, others];
}

const someWorker = ({ installation, random }: Scene): Kept => random.pick(installation.workers);

async function killWorker(scene: Scene): Promise<boolean> {
  await scene.installation.workers[0]?.untilReady();
  await someWorker(scene).restart("SIGKILL");
  return true;
}

function killAt(point: string) {
  return async (scene: Scene): Promise<boolean> => {
    const worker = someWorker(scene);
    await worker.rearm("SIGTERM", { FAULT_POINT: point });
    const { pid } = worker;
    return baitUntil(scene, () => worker.pid !== pid);
  };
}

/** Submits tasks until a worker has come by an armed point: another worker may take them. */
async function baitUntil(scene: Scene, isDone: () => boolean): Promise<boolean> {
  const until = Date.now() + POINT_MS;
  while (Date.now() < until) {
    await scene.submitUrgent();
    if (await waitUntil(async () => isDone(), BAIT_MS, 20)) return true;
  }
  return false;
}

async function killWeb({ installation }: Scene): Promise<boolean> {
  await installation.web.restart("SIGKILL");
  return true;
}

function interruptDatabase(signal: "SIGQUIT" | "SIGINT", awayMs: number) {
  return async ({ installation }: Scene): Promise<boolean> => {
    await installation.interruptDatabase(signal, awayMs);
    return true;
  };
}

async function freezeWorker(scene: Scene): Promise<boolean> {
  const worker = someWorker(scene);
  await waitUntil(async () => isBusy(worker), 15_000);
  worker.kill("SIGSTOP");
  await sleep(FROZEN_MS);
  worker.kill("SIGCONT");
  return true;
}

/** Whether a worker's row says that it runs a task. */
async function isBusy(worker: Kept): Promise<boolean> {
  const rows = await db().$queryRaw<unknown[]>`
    SELECT 1 FROM "Task" task JOIN "Worker" worker ON worker.id = task."workerId"
    WHERE task.status = 'running' AND worker.pid = ${worker.pid ?? 0} LIMIT 1`;
  return rows.length > 0;
}

/** Freezes a worker at a point until somebody else has settled its tasks, then lets it go on: a zombie. */
function freezeAt(point: string) {
  return async (scene: Scene): Promise<boolean> => {
    const worker = someWorker(scene);
    await worker.rearm("SIGTERM", { FAULT_PAUSE: point });
    if (!(await baitUntil(scene, () => stateOf(worker.pid) === "T"))) return false;
    const mine = await tasksOf(worker);
    await waitUntil(async () => areSettled(mine), 75_000);
    worker.kill("SIGCONT");
    await sleep(4_000);
    return true;
  };
}

const stateOf = (pid: number | undefined): string => {
  try {
    return /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
};

async function tasksOf(worker: Kept): Promise<string[]> {
  const rows = await db().task.findMany({
    where: { status: "running", worker: { pid: worker.pid ?? 0, state: { not: "offline" } } },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

async function areSettled(ids: readonly string[]): Promise<boolean> {
  const rows = await db().task.findMany({ where: { id: { in: [...ids] } }, select: { status: true } });
  return rows.every(({ status }) => isSettled(status));
}

function hitEncoder(signal: "SIGKILL" | "SIGSTOP") {
  return async ({ installation, random }: Scene): Promise<boolean> => {
    let pids: number[] = [];
    const isThere = await waitUntil(
      async () => {
        pids = installation.encoders();
        return pids.length > 0;
      },
      20_000,
      20,
    );
    if (!isThere) return false;
    try {
      process.kill(random.pick(pids), signal);
      return true;
    } catch {
      // It had ended.
      return false;
    }
  };
}

/** The queue hands out a unit a second time while its first worker is alive. */
async function redeliver(): Promise<boolean> {
  return waitUntil(
    async () => {
      const count = await db().$executeRaw`
        UPDATE pgboss.job SET state = 'retry', start_after = now()
        WHERE id = (
          SELECT unit.id FROM pgboss.job unit JOIN "Task" task ON task."unitId" = unit.id
          WHERE unit.name = 'task' AND unit.state = 'active' AND task.phase IN ('probing', 'transcoding')
          LIMIT 1)`;
      return count > 0;
    },
    20_000,
    50,
  );
}

/** A unit that its task does not name. */
async function addUnit(): Promise<boolean> {
  const task = await db().task.findFirst({
    where: { status: { in: ["queued", "running"] } },
    select: { id: true, priority: true },
  });
  if (task === null) return false;
  await enqueueTask(db(), task);
  return true;
}

async function killSink({ sink }: Scene): Promise<boolean> {
  await sink.die(12_000);
  return true;
}

/** Every process is told to stop, one after the other, while a column is added and nothing is left to migrate. */
async function rollingRestart({ installation }: Scene): Promise<boolean> {
  // The other lane may take the database away meanwhile: the column then never was, or is dropped by nobody.
  const migration = inFlight(installation.databaseUrl).then(
    () => true,
    () => false,
  );
  for (const kept of [installation.web, ...installation.workers]) await kept.restart("SIGTERM");
  const isMigrated = await waitUntil(
    async () => (await migrateDatabase(installation.databaseUrl)).length === 0,
    60_000,
  );
  return (await migration) && isMigrated;
}

/** An additive migration that holds its lock for a second and a half. */
async function inFlight(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`BEGIN; ALTER TABLE "Task" ADD COLUMN "drill" int`);
    await sleep(1_500);
    await client.query(`COMMIT`);
    await sleep(3_000);
    await client.query(`ALTER TABLE "Task" DROP COLUMN "drill"`);
  } finally {
    await client.end();
  }
}

/** F6: a small disk in place of a folder, full until it is emptied. Null where nobody may mount one. */
export async function mountFullDisk(
  folder: string,
): Promise<{ empty: () => void; unmount: () => Promise<void> } | null> {
  if (process.getuid?.() !== 0) return null;
  await run("mount", ["-t", "tmpfs", "-o", "size=48m,mode=755", "tmpfs", folder]);
  const { bavail, bsize } = statfsSync(folder);
  const filler = path.join(folder, "filler");
  await run("fallocate", ["-l", String(bavail * bsize - 20_480), filler]);
  return {
    empty: () => rmSync(filler),
    unmount: async () => {
      await run("umount", ["-l", folder]);
    },
  };
}

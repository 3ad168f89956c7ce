import { fromPrisma, PgBoss } from "pg-boss";

import type { Db, Tx } from "#lib/db/client.ts";
import type { Env } from "#lib/env.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { logger } from "#lib/log.ts";

/** The queues. A message of one is a *unit*; it is never shown to a user. */
export const TASK_QUEUE = "task";
export const PROBE_QUEUE = "probe";

/** What a `task` unit carries. `tries`: runs that infrastructure ended, so far; a worker's shutdown is not one. */
export type TaskUnit = {
  taskId: string;
  tries: number;
  /** Runs in a row that a full disk sent back. */
  diskWaits?: number;
  /** What the last of them found to be needed in the Output. */
  outputBytes?: number;
};
export type ProbeUnit = { probeId: string };

/** A unit without a sign of life for this long is handed to another worker; pg-boss takes no less. */
export const HEARTBEAT_SECONDS = 10;
const HOUR = 3600;

/**
 * pg-boss caps a unit's life at 24 h. Retries are governed by lib/worker (which counts what ended a run), so the queue's
 * own limit is only there to be never reached.
 */
const TASK_QUEUE_OPTIONS = {
  retryLimit: 1_000,
  retryDelay: 0,
  expireInSeconds: 23 * HOUR,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  retentionSeconds: 400 * 24 * HOUR,
  deleteAfterSeconds: HOUR,
  notify: true,
};
const PROBE_QUEUE_OPTIONS = {
  retryLimit: 2,
  retryDelay: 0,
  expireInSeconds: 120,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  retentionSeconds: HOUR,
  deleteAfterSeconds: 600,
  notify: true,
};

export type BossRole = "web" | "worker";

const shared = globalThis as typeof globalThis & { vodBoss?: Promise<PgBoss> | undefined };

/**
 * Starts this process's queue client once; later calls return the same. A worker also supervises: it finds units whose
 * holder stopped answering.
 */
export function startBoss(env: Pick<Env, "databaseUrl"> = getEnv(), role: BossRole = "web"): Promise<PgBoss> {
  shared.vodBoss ??= openBoss(env.databaseUrl, role).catch((error: unknown) => {
    shared.vodBoss = undefined;
    throw error;
  });
  return shared.vodBoss;
}

/** The started client; starts one of role "web" when there is none. */
export function getBoss(env?: Pick<Env, "databaseUrl">): Promise<PgBoss> {
  return startBoss(env);
}

/** Ends the client's timers and connections. Handlers that are still running lose their units. */
export async function stopBoss(): Promise<void> {
  const starting = shared.vodBoss;
  shared.vodBoss = undefined;
  if (starting === undefined) return;
  const boss = await starting.catch(() => undefined);
  await boss?.stop({ graceful: false });
}

async function openBoss(databaseUrl: string, role: BossRole): Promise<PgBoss> {
  const isWorker = role === "worker";
  const log = logger("queue");
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: `vod-console ${role}`,
    max: isWorker ? 6 : 2,
    schedule: false,
    supervise: isWorker,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    useListenNotify: isWorker,
    registerInstance: false,
  });
  boss.on("error", (error) => log.error({ err: error }, "queue"));
  boss.on("warning", (warning) => log.warn({ warning: warning.message }, "queue"));
  await boss.start();
  await boss.createQueue(TASK_QUEUE, TASK_QUEUE_OPTIONS);
  await boss.createQueue(PROBE_QUEUE, PROBE_QUEUE_OPTIONS);
  return boss;
}

/**
 * Puts a task into the queue, in the caller's transaction; returns the unit's id, which the caller must store as
 * `task.unitId` in the same transaction: a worker drops a unit that its task does not name.
 */
export async function enqueueTask(
  tx: Tx | Db,
  task: { id: string; priority: number },
  options: Omit<Partial<TaskUnit>, "taskId"> & { delaySeconds?: number } = {},
): Promise<string> {
  const boss = await getBoss();
  const { tries = 0, diskWaits, outputBytes } = options;
  const unit: TaskUnit = {
    taskId: task.id,
    tries,
    ...(diskWaits === undefined ? {} : { diskWaits }),
    ...(outputBytes === undefined ? {} : { outputBytes }),
  };
  const unitId = newId();
  await boss.send(TASK_QUEUE, unit, {
    id: unitId,
    priority: task.priority,
    db: fromPrisma(tx),
    ...(options.delaySeconds === undefined ? {} : { startAfter: options.delaySeconds }),
  });
  return unitId;
}

/** Puts a probe into its queue, in the caller's transaction. */
export async function enqueueProbe(tx: Tx | Db, probe: { id: string }): Promise<void> {
  const boss = await getBoss();
  const unit: ProbeUnit = { probeId: probe.id };
  await boss.send(PROBE_QUEUE, unit, { db: fromPrisma(tx) });
}

/** Takes a task's unit out of the queue, in the caller's transaction. Harmless when it is gone already. */
export async function cancelUnit(tx: Tx | Db, unitId: string): Promise<void> {
  const boss = await getBoss();
  await boss.cancel(TASK_QUEUE, unitId, { db: fromPrisma(tx) });
}

import { db } from "#lib/db/client.ts";
import { liveHub } from "#lib/http/live-hub.ts";
import { logger } from "#lib/log.ts";
import { getBoss, TASK_QUEUE } from "#lib/queue/boss.ts";
import { workersSummary, type WorkersSummary } from "#lib/workers/workers-summary.ts";

/** A part that has not answered within this time counts as down. */
const PATIENCE_MS = 3_000;

type PartState = "up" | "down";
export type Health = {
  status: "ready" | "unavailable";
  database: PartState;
  queue: PartState;
  /** Live changes; without them the console polls. */
  live: PartState;
  /** Null when the database does not say. Tasks wait while no worker is online, so workers do not decide `status`. */
  workers: WorkersSummary | null;
};

/** The state of what this process needs: `ready` once database and queue answer. */
export async function health(): Promise<Health> {
  const [database, queue, workers] = await Promise.all([
    answers("database", () => db().$queryRaw`SELECT 1`),
    answers("queue", async () => {
      const boss = await getBoss();
      if ((await boss.getQueue(TASK_QUEUE)) === null) throw new Error(`the queue ${TASK_QUEUE} is missing`);
    }),
    answers("workers", () => workersSummary()),
  ]);
  return {
    status: database.ok && queue.ok ? "ready" : "unavailable",
    database: database.ok ? "up" : "down",
    queue: queue.ok ? "up" : "down",
    live: liveHub().isListening ? "up" : "down",
    workers: workers.ok ? workers.value : null,
  };
}

async function answers<T>(
  part: string,
  ask: () => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return { ok: true, value: await Promise.race([ask(), late]) };
  } catch (error) {
    logger("health").warn({ err: error, checked: part }, "a part is down");
    return { ok: false };
  } finally {
    clearTimeout(timer);
  }
}

import { access, statfs } from "node:fs/promises";
import path from "node:path";

import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { httpTimings } from "#lib/metrics/http-timings.ts";
import { type Metric, prometheusText } from "#lib/metrics/prometheus-text.ts";
import { TASK_QUEUE } from "#lib/queue/boss.ts";
import { WORKER_SILENT_MS, workerState } from "#lib/workers/view.ts";
import { DELIVERY_STATES } from "#lib/webhooks/status.ts";

const DAY_MS = 24 * 3_600_000;

/**
 * The installation's figures (of all projects together) in Prometheus' text form. HTTP timings are those of the answering
 * process, disk space that of its machine. Role admin.
 */
export async function collectMetrics(ctx: Ctx): Promise<string> {
  requireRole(ctx, "admin");
  const parts = await Promise.all([
    queueMetrics(),
    settledMetric(),
    speedMetrics(),
    workerMetrics(),
    webhookMetric(),
    diskMetric(),
  ]);
  return prometheusText([...parts.flat(), httpTimings()]);
}

async function queueMetrics(): Promise<Metric[]> {
  const [row] = await db().$queryRaw<{ waiting: bigint; oldest: number | null; running: bigint }[]>`
    SELECT
      (SELECT count(*) FROM pgboss.job WHERE name = ${TASK_QUEUE} AND state < 'active') AS waiting,
      (SELECT extract(epoch FROM now() - min(task."queuedAt"))::float FROM "Task" task
        JOIN pgboss.job unit ON unit.id = task."unitId" AND unit.name = ${TASK_QUEUE} AND unit.state < 'active'
        WHERE task.status IN ('queued', 'running')) AS oldest,
      (SELECT count(*) FROM "Task" WHERE status = 'running' AND "workerId" IS NOT NULL) AS running`;
  return [
    gauge("vod_queue_depth", "Tasks that wait for a worker.", Number(row?.waiting ?? 0n)),
    gauge("vod_queue_oldest_seconds", "How long the oldest of them has waited.", row?.oldest ?? 0),
    gauge("vod_tasks_running", "Tasks that a worker has.", Number(row?.running ?? 0n)),
  ];
}

async function settledMetric(): Promise<Metric> {
  const rows = await db().taskTally.findMany({ orderBy: [{ status: "asc" }, { code: "asc" }] });
  return {
    name: "vod_tasks_finished_total",
    type: "counter",
    help: "Tasks that ended, by status and failure code; deleted ones stay counted.",
    samples: rows.map(({ status, code, count }) => ({ labels: { status, code }, value: Number(count) })),
  };
}

async function speedMetrics(): Promise<Metric[]> {
  const { _sum, _count } = await db().jobProgress.aggregate({
    _sum: { speed: true },
    _count: { speed: true },
  });
  return [
    gauge(
      "vod_encode_speed",
      "Media seconds encoded per second, of all running jobs together.",
      _sum.speed ?? 0,
    ),
    gauge("vod_encoding_jobs", "Jobs that report a speed.", _count.speed),
  ];
}

async function workerMetrics(): Promise<Metric[]> {
  const rows = await db().worker.findMany({
    where: { heartbeatAt: { gt: new Date(Date.now() - DAY_MS) } },
    select: { state: true, drainRequestedAt: true, heartbeatAt: true, slots: true },
  });
  const states = rows.map((row) => ({ state: workerState(row), slots: row.slots }));
  const names = ["online", "draining", "paused", "offline"];
  return [
    {
      name: "vod_workers",
      type: "gauge",
      help: `Workers of the last day by state; offline after ${WORKER_SILENT_MS / 1000} s of silence.`,
      samples: names.map((state) => ({
        labels: { state },
        value: states.filter((one) => one.state === state).length,
      })),
    },
    gauge(
      "vod_worker_slots",
      "Tasks that the workers online can run at the same time.",
      states.reduce((sum, one) => sum + (one.state === "online" ? one.slots : 0), 0),
    ),
  ];
}

async function webhookMetric(): Promise<Metric> {
  const groups = await db().webhookDelivery.groupBy({ by: ["state"], _count: true });
  return {
    name: "vod_webhook_deliveries",
    type: "gauge",
    help: "Deliveries of the outbox by state, over the time for which they are kept.",
    samples: DELIVERY_STATES.map((state) => ({
      labels: { state },
      value: groups.find((group) => group.state === state)?._count ?? 0,
    })),
  };
}

async function diskMetric(): Promise<Metric> {
  const { dataDir, outputRoots } = getEnv();
  const folders = [...new Set([dataDir, ...outputRoots])];
  const samples = await Promise.all(
    folders.map(async (folder) => {
      const { bavail, bsize } = await statfs(await existing(folder));
      return { labels: { folder }, value: bavail * bsize };
    }),
  );
  return {
    name: "vod_disk_free_bytes",
    type: "gauge",
    help: "Bytes that may still be written where DATA_DIR and OUTPUT_ROOTS are, on this machine.",
    samples,
  };
}

/** A folder that nothing was written to yet lies where its nearest parent does. */
async function existing(folder: string): Promise<string> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  return isThere || path.dirname(folder) === folder ? folder : existing(path.dirname(folder));
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, type: "gauge", help, samples: [{ value }] };
}

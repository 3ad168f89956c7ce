import { stat } from "node:fs/promises";
import path from "node:path";

import { db } from "#lib/db/client.ts";
import { readId, showId } from "#lib/ids.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import { isSettled } from "#lib/tasks/status.ts";
import { MAX_TOOL_DEATHS, MAX_WORKER_LOSSES } from "#lib/worker/outcome.ts";

import { checkFiles, checkLeftovers } from "./check-files.ts";
import type { History } from "./history.ts";

export const INVARIANTS = {
  I1: "every create that was answered with 2xx is there once per idempotency key",
  I2: "no task runs without a living worker or a unit for more than a minute",
  I3: "every success: files there, sizes and hashes as in the manifest, playable, duration right, playlists closed",
  I4: "the manifest's fence is the task's; nothing was written over what was committed",
  I5: "every settlement is in the outbox; delivered or given up; repeats have the same id and body",
  I6: "every settlement is counted once",
  I7: "attempts are within their limits; what has settled never changes",
  I8: "no folder, file or process that belongs to nobody",
  I9: "everything ended in time; clients saw no error but 429, 503 and broken connections",
} as const;
export type Invariant = keyof typeof INVARIANTS;

export type Verdict = Record<Invariant, { checked: number; violations: string[] }>;

export type CheckInput = {
  history: History;
  /** Folders where nothing may be left. */
  emptyFolders: string[];
  uploadsFolder: string;
  /** Encoders that still run. */
  encoders: number[];
  /** Of every source that is media. */
  sourceSeconds: number;
};

/** Counts one thing that was looked at, and keeps `detail` when it is wrong. */
export type Note = (isRight: boolean, detail: string) => void;

/** Checks what the drill has left behind, in the database, in the files and in what clients and receivers saw. */
export async function checkInvariants(input: CheckInput): Promise<Verdict> {
  const names = Object.keys(INVARIANTS) as Invariant[];
  const verdict = Object.fromEntries(
    names.map((name) => [name, { checked: 0, violations: [] as string[] }]),
  ) as Verdict;
  const note =
    (name: Invariant): Note =>
    (isRight, detail) => {
      verdict[name].checked++;
      if (!isRight) verdict[name].violations.push(detail);
    };
  for (const { invariant, detail } of input.history.of("violation"))
    verdict[invariant as Invariant].violations.push(detail);
  await checkCreates(input, note("I1"));
  await checkLeases(note("I2"));
  await checkFiles(input, note("I3"));
  await checkFences(note("I4"));
  await checkOutbox(input, note("I5"));
  await checkTally(note("I6"));
  await checkAttempts(input, note("I7"));
  await checkLeftovers(input, note("I8"));
  await checkEnds(input, note("I9"));
  return verdict;
}

async function checkCreates({ history }: CheckInput, note: Note): Promise<void> {
  const answers = new Map<string, Set<string>>();
  for (const { key, taskId } of history.of("create")) {
    const ids = answers.get(key) ?? new Set();
    if (taskId !== null) ids.add(taskId);
    answers.set(key, ids);
  }
  const rows = await db().idempotencyKey.findMany({ select: { key: true, taskId: true } });
  const tasks = new Set((await db().task.findMany({ select: { id: true } })).map(({ id }) => id));
  for (const [key, ids] of answers) {
    const held = rows.filter((row) => row.key === key).map((row) => showId("task", row.taskId));
    note(
      ids.size <= 1 && held.length <= 1,
      `${key} made ${[...ids].join(", ")}; the database has ${held.join(", ")}`,
    );
    for (const id of ids)
      note(
        held[0] === id && tasks.has(readId("task", id) ?? ""),
        `${key} was answered with ${id}, which is not there`,
      );
  }
  if (answers.size > 0)
    note(tasks.size === rows.length, `${tasks.size} tasks for ${rows.length} idempotency keys`);
}

/** Tasks that run while neither their worker nor the queue knows of them. Also looked at during the drill. */
export function findStrandedTasks(): Promise<{ id: string }[]> {
  return db().$queryRaw<{ id: string }[]>`
    SELECT task.id FROM "Task" task
    WHERE task.status = 'running' AND task."updatedAt" < now() - interval '60 seconds'
      AND NOT EXISTS (
        SELECT 1 FROM "Worker" worker
        WHERE worker.id = task."workerId" AND worker."heartbeatAt" > now() - interval '60 seconds')
      AND NOT EXISTS (
        SELECT 1 FROM pgboss.job unit
        WHERE unit.id = task."unitId" AND (unit.state IN ('created', 'retry')
          OR unit.state = 'active' AND unit.heartbeat_on > now() - interval '60 seconds'))`;
}

async function checkLeases(note: Note): Promise<void> {
  const stranded = new Set((await findStrandedTasks()).map(({ id }) => id));
  for (const { id } of await db().task.findMany({ select: { id: true } }))
    note(!stranded.has(id), `task ${id} runs nowhere`);
}

async function checkFences(note: Note): Promise<void> {
  const jobs = await db().job.findMany({
    where: { status: "succeeded" },
    include: {
      task: {
        select: { fence: true, status: true, output: true, _count: { select: { jobs: true } } },
      },
    },
  });
  for (const job of jobs) {
    const manifest = manifestSchema.parse(job.manifest);
    const { fence, status, output, _count } = job.task;
    // With one job, the attempt that published is the one that settled the task.
    const isRight =
      _count.jobs === 1 && status === "succeeded" ? manifest.fence === fence : manifest.fence <= fence;
    note(isRight, `${job.primaryPath}: published with fence ${manifest.fence}, the task has ${fence}`);
    // Encoders give the same bytes twice: a file from before the attempt that published is another attempt's.
    const file = path.join(output.folder ?? "", output.prefix, manifest.primary.path);
    const made = await stat(file).catch(() => null);
    const isOwn = made === null || job.startedAt === null || made.mtimeMs > job.startedAt.getTime() - 1_000;
    note(
      job.replacedAt !== null || isOwn,
      `${job.primaryPath}: made at ${made?.mtime.toISOString()}, before its attempt began (${job.startedAt?.toISOString()})`,
    );
    const folder = manifest.mediaFolder;
    note(
      folder === null || folder.endsWith(`-${manifest.fence}`),
      `${job.primaryPath}: its folder is ${folder}`,
    );
  }
}

async function checkOutbox({ history }: CheckInput, note: Note): Promise<void> {
  const endpoints = await db().webhookEndpoint.findMany({ where: { enabled: true } });
  const disabled = new Set(
    (await db().webhookEndpoint.findMany({ where: { enabled: false } })).map(({ id }) => id),
  );
  const tasks = await db().task.findMany({ include: { output: true, webhookDeliveries: true } });
  for (const { id, status, output, webhookDeliveries } of tasks.filter((task) => isSettled(task.status))) {
    const wanted = [
      ...endpoints.map((endpoint) => endpoint.id),
      ...(output.callbackUrl === null ? [] : [output.id]),
    ];
    for (const receiver of wanted) {
      const rows = webhookDeliveries.filter(
        (row) => row.endpointId === receiver || row.outputId === receiver,
      );
      note(rows.length === 1, `task ${id} is ${status}, with ${rows.length} rows for one receiver`);
    }
    const events = new Set(webhookDeliveries.map((row) => row.eventId));
    note(events.size <= 1, `task ${id} has ${events.size} event ids`);
  }
  const received = history.of("received");
  for (const row of await db().webhookDelivery.findMany()) {
    const id = showId("event", row.eventId);
    const got = received.filter((one) => one.id === id && row.url.endsWith(one.path));
    const isHeld = row.endpointId !== null && disabled.has(row.endpointId) && row.state !== "delivered";
    note(isHeld || row.state === "delivered" || row.state === "dead", `${id} to ${row.url} is ${row.state}`);
    const isSeen = got.some(({ answered }) => answered >= 200 && answered < 300);
    note(row.state !== "delivered" || isSeen, `${id} is delivered, and ${row.url} never got it`);
    note(
      new Set(got.map(({ bodyHash }) => bodyHash)).size <= 1,
      `${id} came to ${row.url} with different bodies`,
    );
  }
}

async function checkTally(note: Note): Promise<void> {
  const counted = await db().taskTally.groupBy({ by: ["status"], _sum: { count: true } });
  const settled = await db().task.groupBy({ by: ["status"], _count: { _all: true } });
  for (const status of ["succeeded", "partial", "failed", "canceled"] as const) {
    const said = Number(counted.find((row) => row.status === status)?._sum.count ?? 0n);
    const are = settled.find((row) => row.status === status)?._count._all ?? 0;
    note(said === are, `${are} tasks are ${status}, ${said} were counted`);
  }
}

async function checkAttempts({ history }: CheckInput, note: Note): Promise<void> {
  const tasks = await db().task.findMany({
    include: { events: { where: { type: { in: ["succeeded", "partial", "failed", "canceled"] } } } },
  });
  for (const { id, toolDeaths, workerLosses, status, attempt, fence, events, errorCode } of tasks) {
    note(
      toolDeaths <= MAX_TOOL_DEATHS && workerLosses <= MAX_WORKER_LOSSES,
      `task ${id}: ${toolDeaths} deaths of its tool, ${workerLosses} losses`,
    );
    note(attempt <= fence, `task ${id}: attempt ${attempt} with fence ${fence}`);
    note(
      events.length === (isSettled(status) ? 1 : 0),
      `task ${id} is ${status} and has ended ${events.length} times`,
    );
    note(errorCode !== "WORKER_DISK_FULL", `task ${id} is ${status} and still says that a disk was full`);
  }
  for (const seen of history.of("settled")) {
    const now = tasks.find((task) => task.id === seen.taskId)?.status;
    note(now === seen.status, `task ${seen.taskId} was ${seen.status} and is ${now ?? "gone"}`);
  }
  const full = await db().job.count({ where: { errorCode: "WORKER_DISK_FULL" } });
  note(full === 0, `${full} jobs failed because a disk was full`);
}

async function checkEnds({ history }: CheckInput, note: Note): Promise<void> {
  for (const { id, status } of await db().task.findMany({ select: { id: true, status: true } }))
    note(isSettled(status), `task ${id} is still ${status}`);
  const answers = [...history.of("create"), ...history.of("call")];
  for (const answer of answers) {
    const what = answer.kind === "create" ? `create ${answer.key}` : answer.what;
    note(answer.status < 500 || answer.status === 503, `${what} was answered with ${answer.status}`);
  }
}

/** For people: a line per invariant, and the first violations of each. */
export function verdictTable(verdict: Verdict): string {
  const lines = Object.entries(verdict).map(([name, { checked, violations }]) => {
    const head = `| ${name} | ${INVARIANTS[name as Invariant]} | ${checked} | ${violations.length} |`;
    return [head, ...violations.slice(0, 5).map((detail) => `    ${name}: ${detail}`)].join("\n");
  });
  return ["| | Invariant | Checked | Violations |", "|---|---|---:|---:|", ...lines].join("\n");
}

export const isGreen = (verdict: Verdict): boolean =>
  Object.values(verdict).every(({ checked, violations }) => violations.length === 0 && checked > 0);

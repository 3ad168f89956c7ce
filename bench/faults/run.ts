import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { db } from "#lib/db/client.ts";
import { getEnv, uploadsDir, workDir } from "#lib/env.ts";
import { newId, showId } from "#lib/ids.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { isSettled, SETTLED } from "#lib/tasks/status.ts";
import { createEndpoint } from "#lib/webhooks/create-endpoint.ts";
import { WEBHOOK_EVENTS } from "#lib/webhooks/schema.ts";
import { serveFile } from "#lib/worker/worker-fixture.ts";

import { checkInvariants, findStrandedTasks, isGreen, verdictTable } from "./check.ts";
import { Client } from "./clients.ts";
import { type Fault, mountFullDisk, planFaults, type Scene } from "./faults.ts";
import { Installation, makeClips, waitUntil } from "./harness.ts";
import { History } from "./history.ts";
import { type LoadCounts, submitLoad } from "./load.ts";
import { isMutation, makeMutant, MUTATIONS } from "./mutations.ts";
import { Random } from "./random.ts";
import { Sink } from "./sink.ts";

/**
 * The fault drill: `node bench/faults/run.ts [--seed N] [--tasks 60] [--mutation name] [--only F4,F9] [--keep]`. An installation of its
 * own in a temporary folder is loaded and disturbed; then the invariants are checked. Exit code 1 when one does not hold.
 */

const SOURCE_SECONDS = 3;
/** I9: once the last fault is over, everything has to end within this time. */
const DRAIN_LIMIT_MS = 240_000;
const SLOTS = 2;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    tasks: { type: "string", default: "60" },
    mutation: { type: "string" },
    only: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const mutation = values.mutation;
if (mutation !== undefined && !isMutation(mutation))
  throw new Error(`--mutation is one of ${Object.keys(MUTATIONS).join(", ")}`);

const started = Date.now();
const say = (sentence: string) =>
  console.log(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${sentence}`);
console.log(
  `seed ${seed}, ${values.tasks} tasks${mutation === undefined ? "" : `, mutation ${mutation}`}${values.only === undefined ? "" : `, only ${values.only}`}`,
);

const random = new Random(seed);
const mutantDir = path.join(getTemporary(), `vod-mutant-${process.pid}`);
const installation = await Installation.make({
  workers: 2,
  slots: SLOTS,
  ...(mutation === undefined ? {} : { workerSources: makeMutant(mutantDir, mutation) }),
});
const env = getEnv();
const history = new History(path.join(installation.dir, "history.jsonl"));
const sink = new Sink(history, random);
const injected = new Map<string, number>();
let isGood = false;
let disk: Awaited<ReturnType<typeof mountFullDisk>> = null;
try {
  await sink.open();
  const clips = await makeClips(path.join(installation.dir, "clips"), SOURCE_SECONDS);
  const [good, bad] = await Promise.all([serveFile(clips.good), serveFile(clips.bad)]);
  const { projectId, mainOutput } = await prepare();
  const smallFolder = path.join(env.outputRoots[0] ?? "", "small");
  mkdirSync(smallFolder, { recursive: true });
  disk = await mountFullDisk(smallFolder);
  const smallOutput = disk === null ? null : await addOutput(projectId, "small", smallFolder);
  await Promise.all([installation.web, ...installation.workers].map((kept) => kept.start()));
  say(`started in ${installation.dir}`);

  const client = new Client(installation.webUrl, history);
  const monitoring = new AbortController();
  const monitor = watch(monitoring.signal);
  const loading = submitLoad(
    client,
    {
      tasks: Number(values.tasks),
      goodUrl: good.url,
      badUrl: bad.url,
      goodFile: clips.good,
      mainOutput,
      smallOutput,
    },
    new Random(seed + 1),
    new AbortController().signal,
  );
  let urgent = 0;
  const submitUrgent = async () => {
    const key = `urgent-${urgent++}`;
    await client.create(key, {
      source: { type: "url", url: good.url },
      templates: ["System_HLS_H264"],
      outputId: mainOutput,
      outputPattern: `${key}/{input_name}`,
      priority: 10,
    });
  };
  const scene: Scene = { installation, client, sink, random: new Random(seed + 2), history, submitUrgent };
  const isWanted = (fault: Fault) => values.only === undefined || values.only.split(",").includes(fault.name);
  const lanes = planFaults(new Random(seed + 3)).map((faults) => faults.filter(isWanted));
  await Promise.all(lanes.map((faults, lane) => disturb(scene, faults, new Random(seed + 4 + lane))));
  const counts = await loading;
  count("F6", "Output's disk full", disk === null ? 0 : counts.small);
  count("F9", "create repeated with one key", counts.repeated);
  sink.heal();
  disk?.empty();
  say("no more faults; draining");
  const isDrained = await drain();
  say(isDrained ? "drained" : "NOT drained in time");
  monitoring.abort();
  await monitor;
  good.close();
  bad.close();
  await clearUp();
  const verdict = await checkInvariants({
    history,
    emptyFolders: [workDir(env)],
    uploadsFolder: uploadsDir(env),
    encoders: installation.encoders(),
    sourceSeconds: SOURCE_SECONDS,
  });
  for (const [how, times] of sink.misdeeds) injected.set(`F10 ${how}`, times);
  await report(counts);
  console.log(`\n${verdictTable(verdict)}\n`);
  isGood = isGreen(verdict);
  console.log(isGood ? "GREEN: every invariant holds." : "RED: see the violations above.");
} finally {
  await stopBoss();
  await disk?.unmount();
  await sink.close();
  await installation.close(values.keep || !isGood);
  if (!isGood) console.log(`logs and history: ${installation.dir}`);
}
process.exit(isGood ? 0 : 1);

function getTemporary(): string {
  return process.env["TMPDIR"] ?? "/tmp";
}

/** The Output's callback, and an endpoint of each kind. */
async function prepare(): Promise<{ projectId: string; mainOutput: string }> {
  const output = await db().output.findFirstOrThrow();
  await db().output.update({ where: { id: output.id }, data: { callbackUrl: `${sink.url}/callback` } });
  const ctx = {
    projectId: output.projectId,
    actor: { kind: "key", id: output.projectId, name: "drill" },
    role: "admin",
    trigger: "api",
  } as const;
  for (const name of ["ok", "bad", "gone"])
    await createEndpoint(ctx, {
      url: `${sink.url}/${name}`,
      events: [...WEBHOOK_EVENTS],
    });
  return { projectId: output.projectId, mainOutput: showId("output", output.id) };
}

async function addOutput(projectId: string, name: string, folder: string): Promise<string> {
  const id = newId();
  await db().output.create({
    data: { id, projectId, name, type: "local", folder, callbackUrl: `${sink.url}/callback` },
  });
  return showId("output", id);
}

function count(fault: string, detail: string, times = 1): void {
  const name = `${fault} ${detail}`;
  injected.set(name, (injected.get(name) ?? 0) + times);
}

async function disturb(scene: Scene, faults: readonly Fault[], pauses: Random): Promise<void> {
  await sleep(4_000);
  for (const fault of faults) {
    history.add({ kind: "fault", fault: fault.name, detail: fault.detail });
    let isDone = false;
    try {
      isDone = await fault.act(scene);
    } catch (error) {
      say(`${fault.name} ${fault.detail} could not be injected: ${String(error).slice(0, 200)}`);
    }
    say(`${fault.name} ${fault.detail}${isDone ? "" : ": no occasion"}`);
    count(fault.name, fault.detail, isDone ? 1 : 0);
    await sleep(pauses.int(200, 4_000));
  }
}

/** Looks again and again at what must hold at every moment: I2, and that nothing settled changes (I7, judged at the end). */
async function watch(signal: AbortSignal): Promise<void> {
  const seen = new Map<string, string>();
  while (!signal.aborted) {
    try {
      for (const { id } of await findStrandedTasks()) {
        if (seen.get(id) === "stranded") continue;
        seen.set(id, "stranded");
        history.add({ kind: "violation", invariant: "I2", detail: `task ${id} ran nowhere for a minute` });
      }
      const settled = await db().task.findMany({
        where: { status: { in: [...SETTLED] } },
        select: { id: true, status: true },
      });
      for (const { id, status } of settled.filter(
        (task) => !isSettled((seen.get(task.id) ?? "queued") as never),
      )) {
        seen.set(id, status);
        history.add({ kind: "settled", taskId: id, status });
      }
    } catch {
      // The database is away: a fault of ours.
    }
    await sleep(1_000, undefined, { signal }).catch(() => undefined);
  }
}

/** Waits for the end of everything. Delays that stand for hours and minutes of patience are cut short: time passes. */
async function drain(): Promise<boolean> {
  const isDrained = await waitUntil(
    async () => {
      await db().$executeRaw`
        UPDATE pgboss.job SET start_after = now() WHERE name = 'task' AND state < 'active' AND start_after > now()`;
      await db().$executeRaw`
        UPDATE "WebhookDelivery" SET "nextAttemptAt" = now() WHERE state = 'failed' AND "nextAttemptAt" > now()`;
      const tasks = await db().task.count({ where: { status: { notIn: [...SETTLED] } } });
      const deliveries = await db().webhookDelivery.count({
        where: {
          state: { in: ["pending", "failed"] },
          OR: [{ endpointId: null }, { endpoint: { enabled: true } }],
        },
      });
      return tasks + deliveries === 0;
    },
    DRAIN_LIMIT_MS,
    1_000,
  );
  return isDrained;
}

/** Both workers go in order; a fresh one sweeps, as every start does. */
async function clearUp(): Promise<void> {
  await Promise.all(installation.workers.map((worker) => worker.stop("SIGTERM")));
  await installation.workers[0]?.start();
  await installation.workers[0]?.stop("SIGTERM");
  await installation.web.stop("SIGTERM");
}

async function report(counts: LoadCounts): Promise<void> {
  const statuses = await db().task.groupBy({
    by: ["status"],
    _count: { _all: true },
    orderBy: { status: "asc" },
  });
  const sums = await db().task.aggregate({
    _sum: { workerLosses: true, toolDeaths: true },
    _max: { fence: true },
  });
  console.log(`\nload: ${JSON.stringify(counts)}`);
  console.log(`tasks: ${statuses.map((row) => `${row._count._all} ${row.status}`).join(", ")}`);
  console.log(
    `worker losses ${sums._sum.workerLosses}, deaths of encoders ${sums._sum.toolDeaths}, highest fence ${sums._max.fence}`,
  );
  console.log("\n| Fault | Times |\n|---|---:|");
  for (const [fault, times] of [...injected].sort()) console.log(`| ${fault} | ${times} |`);
}

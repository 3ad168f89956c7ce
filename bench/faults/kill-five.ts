import { mkdirSync } from "node:fs";
import path from "node:path";

import { db } from "#lib/db/client.ts";
import { getEnv, uploadsDir, workDir } from "#lib/env.ts";
import { showId } from "#lib/ids.ts";
import { manifestSchema } from "#lib/jobs/manifest.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { SETTLED } from "#lib/tasks/status.ts";
import { serveFile } from "#lib/worker/worker-fixture.ts";

import { checkInvariants, isGreen, verdictTable } from "./check.ts";
import { Client } from "./clients.ts";
import { ancestorsOf, commandOf, Installation, makeClips, waitUntil } from "./harness.ts";
import { History } from "./history.ts";
import { Random } from "./random.ts";
import { Sink } from "./sink.ts";

/**
 * Twenty tasks run; five times a worker is killed (-9) while an encoder of its runs. Then all twenty have succeeded, each
 * job with one manifest, each callback delivered under one event id, and nothing is left that no manifest names.
 * `node bench/faults/kill-five.ts`; exit code 1 when one of that is not so.
 */

const TASKS = 20;
const KILLS = 5;
const SOURCE_SECONDS = 12;
const TEMPLATES = ["System_HLS_H264", "System_MP4_H264", "System_DASH_MP4_H264"] as const;
const LIMIT_MS = 420_000;

const installation = await Installation.make({ workers: 2, slots: TASKS / 2 });
const history = new History(path.join(installation.dir, "history.jsonl"));
const sink = new Sink(history, new Random(1));
let isGood = false;
try {
  await sink.open();
  const clips = await makeClips(path.join(installation.dir, "clips"), SOURCE_SECONDS, "640x360");
  const served = await serveFile(clips.good);
  const output = await db().output.findFirstOrThrow();
  await db().output.update({ where: { id: output.id }, data: { callbackUrl: `${sink.url}/callback` } });
  mkdirSync(output.folder ?? "", { recursive: true });
  await Promise.all([installation.web, ...installation.workers].map((kept) => kept.start()));
  const client = new Client(installation.webUrl, history);
  await Promise.all(
    Array.from({ length: TASKS }, (_, index) =>
      client.create(`five-${index}`, {
        source: { type: "url", url: served.url },
        templates: [TEMPLATES[index % TEMPLATES.length]],
        outputId: showId("output", output.id),
        outputPattern: `five/{input_name}`,
      }),
    ),
  );
  await waitUntil(async () => (await running()) === TASKS, 60_000, 50);
  console.log(`${await running()} tasks of ${TASKS} are running on 2 workers`);
  for (let kill = 1; kill <= KILLS; kill++) await killOne(kill);
  const isDrained = await waitUntil(
    async () => {
      const open = await db().task.count({ where: { status: { notIn: [...SETTLED] } } });
      const due = await db().webhookDelivery.count({ where: { state: { in: ["pending", "failed"] } } });
      return open + due === 0;
    },
    LIMIT_MS,
    1_000,
  );
  console.log(isDrained ? "everything has ended" : `NOT everything has ended within ${LIMIT_MS / 1000} s`);
  served.close();
  await Promise.all(installation.workers.map((worker) => worker.stop("SIGTERM")));
  await installation.workers[0]?.start();
  await installation.workers[0]?.stop("SIGTERM");
  await report();
  const verdict = await checkInvariants({
    history,
    emptyFolders: [workDir(getEnv())],
    uploadsFolder: uploadsDir(getEnv()),
    encoders: installation.encoders(),
    sourceSeconds: SOURCE_SECONDS,
  });
  console.log(`\n${verdictTable(verdict)}\n`);
  isGood = isGreen(verdict) && (await db().task.count({ where: { status: "succeeded" } })) === TASKS;
  console.log(isGood ? "GREEN" : "RED");
} finally {
  await stopBoss();
  await sink.close();
  await installation.close(!isGood);
  if (!isGood) console.log(`logs and history: ${installation.dir}`);
}
process.exit(isGood ? 0 : 1);

function running(): Promise<number> {
  return db().task.count({ where: { status: "running" } });
}

/** Kills the worker that an encoder belongs to, while that encoder runs. */
async function killOne(kill: number): Promise<void> {
  let found: Victim | undefined;
  const isFound = await waitUntil(async () => (found = await findVictim(kill)) !== undefined, 120_000, 20);
  if (!isFound || found === undefined) throw new Error("no worker ran an encoder any more");
  const { worker, taskId, encoders } = found;
  const { phase, status } = await db().task.findUniqueOrThrow({ where: { id: taskId } });
  const pid = worker.pid;
  const isAlive = commandOf(found.encoder) !== "";
  const restarted = worker.restart("SIGKILL");
  console.log(
    `kill ${kill}: ${worker.name} (pid ${pid}) with ${encoders} encoders, one of ${showId("task", taskId)} ` +
      `(${status}, ${phase}), encoder ${isAlive ? "alive" : "just ended"}; ${await running()} tasks running`,
  );
  await restarted;
}

type Victim = {
  worker: (typeof installation.workers)[number];
  encoder: number;
  encoders: number;
  taskId: string;
};

/** A worker with an encoder, in turns; the task stands in the encoder's paths. */
async function findVictim(kill: number): Promise<Victim | undefined> {
  const order = kill % 2 === 0 ? [1, 0] : [0, 1];
  const encoders = installation.encoders().map((pid) => ({ pid, parents: ancestorsOf(pid) }));
  for (const index of order) {
    const worker = installation.workers[index];
    if (worker?.pid === undefined) continue;
    const mine = encoders.filter(({ parents }) => parents.includes(worker.pid ?? 0));
    for (const { pid } of mine) {
      const taskId = /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-\d+\//.exec(commandOf(pid))?.[1];
      if (taskId === undefined) continue;
      const task = await db().task.findUnique({ where: { id: taskId } });
      if (task?.phase === "transcoding") return { worker, encoder: pid, encoders: mine.length, taskId };
    }
  }
  return undefined;
}

async function report(): Promise<void> {
  const tasks = await db().task.findMany({ include: { jobs: true, webhookDeliveries: true } });
  const jobs = tasks.flatMap((task) => task.jobs);
  const manifests = jobs.filter((job) => manifestSchema.safeParse(job.manifest).success).length;
  const delivered = tasks
    .flatMap((task) => task.webhookDeliveries)
    .filter(({ state }) => state === "delivered");
  const received = history.of("received");
  console.log(
    `tasks: ${tasks.filter((task) => task.status === "succeeded").length} of ${tasks.length} succeeded`,
  );
  console.log(`manifests: ${manifests} for ${jobs.length} jobs`);
  console.log(
    `callbacks: ${delivered.length} delivered for ${tasks.length} tasks, ${new Set(delivered.map((row) => row.eventId)).size} event ids; ` +
      `the receiver got ${received.length} requests with ${new Set(received.map((one) => one.id)).size} ids`,
  );
  console.log(
    `losses of workers: ${tasks.reduce((sum, task) => sum + task.workerLosses, 0)}; highest fence ${Math.max(...tasks.map((task) => task.fence))}`,
  );
}

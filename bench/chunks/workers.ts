import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { db } from "#lib/db/client.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { notifyWorker } from "#lib/queue/notify.ts";
import { isSettled } from "#lib/tasks/status.ts";
import {
  getTaskRow,
  makeScene,
  makeTask,
  serveFile,
  startWorker,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";

import { Installation } from "../faults/harness.ts";
import { chunkedFilm } from "../make-film.ts";
import { median } from "../processor-time.ts";

/**
 * What a second worker brings: `node bench/chunks/workers.ts [--pairs 3] [--seconds 130]`.
 *
 * Two worker processes of one DATA_DIR, each bound to a processor of its own, with one slot and so one thread. In turn: a
 * task while the second worker is drained, so that one process encodes it all; and the same task while it helps. Wall is
 * the encode's, from when the source was probed to what is packaged; no sandbox; processor seconds are those of all that both workers
 * have started for the task.
 */
const TEMPLATE = "System_MP4_720p_H264";
const LIMIT_MS = 3_600_000;

type Measured = { cpu: number; wall: number; chunks: number; frames: number };

const { values } = parseArgs({
  options: { pairs: { type: "string", default: "3" }, seconds: { type: "string", default: "130" } },
});
const [pairs, seconds] = [Number(values.pairs), Number(values.seconds)];
const installation = await Installation.make({ workers: 0, slots: 1 });
const workers: WorkerHandle[] = [];
try {
  const source = await serveFile(await chunkedFilm(path.join(installation.dir, "source.mp4"), seconds));
  for (const processor of [0, 1]) workers.push(await startOn(processor));
  const second = await db().worker.findFirstOrThrow({ where: { pid: workers[1]?.child.pid ?? 0 } });
  const scene = await makeScene("bench");
  const spec = PREDEFINED_SPECS.find(({ name }) => name === TEMPLATE)?.spec;
  if (spec === undefined) throw new Error(`${TEMPLATE} is gone.`);

  const encode = async (round: string, isHelped: boolean): Promise<Measured> => {
    await setDrained(second.id, !isHelped);
    const before = cpuSeconds();
    const jobs = [{ template: TEMPLATE, spec, primaryPath: `${round}.mp4` }];
    const { taskId } = await makeTask(scene, { source: { type: "url", url: source.url }, jobs });
    const { status, errorCode, jobs: rows } = await settled(taskId);
    if (status !== "succeeded") throw new Error(`the task ended as ${status}, ${errorCode}`);
    const job = rows[0];
    const result = job?.result as { encodeSeconds: number; primary: { video: { frameCount: number }[] } };
    const { chunks = 1 } = job?.plan as { chunks?: number };
    const frames = result.primary.video[0]?.frameCount ?? 0;
    return { cpu: cpuSeconds() - before, wall: result.encodeSeconds, chunks, frames };
  };

  const ratios: { cpu: number; wall: number }[] = [];
  for (let pair = 1; pair <= pairs; pair++) {
    const isAloneFirst = pair % 2 === 1;
    const first = await encode(`${pair}a`, !isAloneFirst);
    const then = await encode(`${pair}b`, isAloneFirst);
    const [alone, helped] = isAloneFirst ? [first, then] : [then, first];
    if (alone.chunks !== 1 || helped.chunks === 1 || alone.frames !== helped.frames)
      throw new Error(`not what was to be measured: ${JSON.stringify({ alone, helped })}`);
    ratios.push({ cpu: helped.cpu / alone.cpu, wall: helped.wall / alone.wall });
    console.log(`Pair ${pair}: one process ${show(alone)}, two workers ${show(helped)}`);
  }
  console.log("\n| Figure | Median | Target |\n| --- | --- | --- |");
  console.log(
    `| in chunks / whole, processor, whole task | ${median(ratios.map(({ cpu }) => cpu))} | ≤ 1.12, aim 1.05 |`,
  );
  console.log(
    `| two workers / one process, wall | ${median(ratios.map(({ wall }) => wall))} | ≤ 0.64, aim 0.58 |`,
  );
  source.close();
} finally {
  await Promise.all(workers.map((worker) => worker.end("SIGKILL")));
  await stopBoss();
  await installation.close(false);
}

/** Looks seldom: the processors are the workers'. */
async function settled(taskId: string): Promise<Awaited<ReturnType<typeof getTaskRow>>> {
  const until = Date.now() + LIMIT_MS;
  while (Date.now() < until) {
    await sleep(2_000);
    const { status } = await db().task.findUniqueOrThrow({ where: { id: taskId }, select: { status: true } });
    if (isSettled(status)) return getTaskRow(taskId);
  }
  throw new Error("the task did not end within an hour");
}

/** What this process starts has the processors that it has. */
async function startOn(processor: number): Promise<WorkerHandle> {
  bind(String(processor));
  try {
    // A sandbox's own init does not hand on what its processes have used.
    return await startWorker({ WORKER_SLOTS: "1", SANDBOX: "off" });
  } finally {
    bind("0-1");
  }
}

function bind(processors: string): void {
  execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", processors, String(process.pid)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** As an administrator would; resolves when the worker has done so. */
async function setDrained(id: string, isDrained: boolean): Promise<void> {
  await db().worker.update({ where: { id }, data: { drainRequestedAt: isDrained ? new Date() : null } });
  await notifyWorker(db(), id);
  const wanted = isDrained ? "draining" : "online";
  const until = Date.now() + 30_000;
  while ((await db().worker.findUniqueOrThrow({ where: { id } })).state !== wanted)
    if (Date.now() > until) throw new Error(`the second worker is not ${wanted}`);
}

/** Of all processes that the workers have started and that have ended; the kernel counts in hundredths. */
function cpuSeconds(): number {
  return workers.reduce((sum, { child }) => {
    const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return sum + (Number(fields[13]) + Number(fields[14])) / 100;
  }, 0);
}

function show({ cpu, wall, chunks }: Measured): string {
  return `${wall.toFixed(1)} s (processor ${cpu.toFixed(1)} s, ${chunks} chunks)`;
}

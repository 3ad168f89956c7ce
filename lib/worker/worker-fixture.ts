import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { enqueueTask } from "#lib/queue/boss.ts";
import type { Source } from "#lib/tasks/schema.ts";
import { isSettled } from "#lib/tasks/status.ts";

/** What tests of the worker share: a project with an Output, tasks, a file server, and worker processes. */

const run = promisify(execFile);

export type Scene = { projectId: string; outputId: string; folder: string };

/** A project of its own with one local Output. */
export async function makeScene(name: string): Promise<Scene> {
  const projectId = newId();
  const outputId = newId();
  const folder = path.join(getEnv().dataDir, "outputs", name);
  await mkdir(folder, { recursive: true });
  await db().project.create({ data: { id: projectId, name } });
  await db().output.create({ data: { id: outputId, projectId, name: "media", type: "local", folder } });
  return { projectId, outputId, folder };
}

/** The spec of a predefined template. */
export function predefined(name: string): EncodeSpec {
  const found = PREDEFINED_SPECS.find((spec) => spec.name === name);
  if (found === undefined) throw new Error(`no predefined template ${name}`);
  return found.spec;
}

export type WantedTask = {
  source: Source;
  jobs: { template: string; spec: EncodeSpec; primaryPath: string }[];
  priority?: number;
  /** Runs and deaths of ffmpeg that are counted against it already, so that its next failure is the last. */
  spent?: { tries: number; toolDeaths: number };
  /** As a worker left it that stopped answering. */
  lost?: { workerId: string; losses: number };
  /** Made before its upload (UUID) was whole: no unit. */
  waitsForUpload?: string;
};

/** Inserts a task with its jobs and unit, as createTask does; returns their ids. */
export async function makeTask(
  scene: Scene,
  wanted: WantedTask,
): Promise<{ taskId: string; jobIds: string[] }> {
  const taskId = newId();
  const jobIds = wanted.jobs.map(() => newId());
  const priority = wanted.priority ?? 0;
  await db().$transaction(async (tx) => {
    await tx.task.create({
      data: {
        id: taskId,
        projectId: scene.projectId,
        name: "clip.mp4",
        searchText: "clip.mp4",
        sourceType: wanted.source.type,
        source: wanted.source,
        outputId: scene.outputId,
        outputPattern: "{input_name}",
        templateNames: wanted.jobs.map((job) => job.template),
        priority,
        toolDeaths: wanted.spent?.toolDeaths ?? 0,
        trigger: "console",
        ...(wanted.lost && {
          status: "running",
          workerId: wanted.lost.workerId,
          workerLosses: wanted.lost.losses,
        }),
        ...(wanted.waitsForUpload !== undefined && {
          uploadId: wanted.waitsForUpload,
          waitingFor: "upload",
        }),
      },
    });
    await tx.job.createMany({
      data: wanted.jobs.map((job, index) => ({
        id: jobIds[index] ?? "",
        taskId,
        projectId: scene.projectId,
        index,
        templateName: job.template,
        templateVersion: 1,
        spec: job.spec,
        primaryPath: job.primaryPath,
      })),
    });
    if (wanted.waitsForUpload !== undefined) return;
    const unitId = await enqueueTask(tx, { id: taskId, priority }, { tries: wanted.spent?.tries ?? 0 });
    await tx.task.update({ where: { id: taskId }, data: { unitId } });
  });
  return { taskId, jobIds };
}

/** A task with its jobs and events, all of one moment: Prisma asks for each with a query of its own. */
export async function getTaskRow(taskId: string) {
  const reading = db().task.findUniqueOrThrow({
    where: { id: taskId },
    include: {
      jobs: { orderBy: { index: "asc" }, include: { progress: true } },
      events: { orderBy: { id: "asc" } },
      thumbnail: true,
    },
  });
  const [row] = await db().$transaction([reading], { isolationLevel: "RepeatableRead" });
  return row;
}

/** Waits until something is so. */
export async function until(what: string, isSo: () => Promise<boolean>, timeoutMs = 90_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await sleep(50);
  }
}

/** Waits until `isDone` says so of the task's row. */
export async function waitForTask(
  taskId: string,
  isDone: (row: Awaited<ReturnType<typeof getTaskRow>>) => boolean = (row) => isSettled(row.status),
  timeoutMs = 90_000,
) {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const row = await getTaskRow(taskId);
    if (isDone(row)) return row;
    if (Date.now() > until) {
      const { status, phase, errorCode, events } = row;
      throw new Error(
        `waited in vain: ${JSON.stringify({ status, phase, errorCode, events: events.map((event) => [event.type, event.data]) })}`,
      );
    }
    await sleep(100);
  }
}

/** A short clip with moving pictures and a tone. */
export async function makeClip(file: string, seconds: number, size = "320x180"): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await run("ffmpeg", [
    ...["-nostdin", "-loglevel", "error", "-y"],
    ...["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=25:duration=${seconds}`],
    ...["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", file],
  ]);
  return file;
}

/** Serves one file on 127.0.0.1. */
export async function serveFile(file: string): Promise<{ url: string; close: () => void }> {
  const server: Server = createServer((request, response) => {
    void stat(file).then(({ size }) => {
      if (size === 0) return response.writeHead(200, { "content-length": 0 }).end();
      const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
      const start = Number(range?.[1] ?? 0);
      const end = Math.min(
        size - 1,
        range?.[2] === undefined || range[2] === "" ? size - 1 : Number(range[2]),
      );
      response.writeHead(range === null ? 200 : 206, {
        "content-type": "video/mp4",
        "content-length": end - start + 1,
        ...(range === null ? {} : { "content-range": `bytes ${start}-${end}/${size}` }),
      });
      return createReadStream(file, { start, end }).pipe(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path.basename(file)}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type WorkerHandle = {
  child: ChildProcess;
  output: () => string;
  /** Sends the signal and waits for the end; resolves with exit code or signal. */
  end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>;
};

/** Starts a real worker process on this test's database and waits until it takes units. */
export async function startWorker(settings: Record<string, string> = {}): Promise<WorkerHandle> {
  const child = spawn(process.execPath, ["lib/worker/main.ts"], {
    env: {
      ...process.env,
      LOG_LEVEL: "info",
      WORKER_SLOTS: "1",
      DRAIN_SECONDS: "1",
      ALLOWED_PRIVATE_CIDRS: "127.0.0.0/8",
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(signal ?? code)),
  );
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("worker ready")) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void ended.then(() => reject(new Error(`the worker ended at once: ${output}`)));
  });
  return {
    child,
    output: () => output,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Paths of all files below a folder, relative and sorted; [] when it does not exist. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Ids of encoders that run for a test, found by a text in their command line, e.g. its own DATA_DIR. */
export async function encodersOf(needle: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
    const command = await read("cmdline");
    // The one that makes the source's thumbnail, beside the encode, is no encoder.
    if (
      (await read("comm")).trim() === "ffmpeg" &&
      command.includes(needle) &&
      !command.includes("image2pipe")
    )
      found.push(Number(pid));
  }
  return found;
}

/** Command lines of running processes that mention a text, e.g. this test's own DATA_DIR. */
export async function processesWith(needle: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    // Processes come and go while we look.
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.includes(needle)) found.push(command.replaceAll("\0", " "));
  }
  return found;
}

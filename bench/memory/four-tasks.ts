import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { makeFilm } from "../make-film.ts";
import { Api } from "../overhead/product-run.ts";
import { processesUnder, startProduct } from "#e2e/support/product.ts";
import { freePort } from "#lib/launcher/free-port.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/**
 * Whether four encodes stay within the memory that a worker may use: `node bench/memory/four-tasks.ts`, after
 * `npm run build`. A 4K source for 10-bit HEVC and three times a 1080p source for an HEVC ladder, submitted together to a
 * worker of four slots: once with MEMORY_LIMIT_BYTES at 3 GiB, once with a limit that nothing reaches, which is as good as
 * no reservation. Prints the highest sum of the encoders' resident memory, read ten times a second.
 */
const GIB = 1024 ** 3;
const LIMIT = 3 * GIB;
const LOOK_MS = 100;
const QUICK = { fps: 25, seconds: 3, video: ["-preset", "ultrafast", "-crf", "28"] };
const JOBS = [
  { size: "3840x2160", template: "System_MP4_HDR_H265" },
  ...[1, 2, 3].map(() => ({ size: "1920x1080", template: "System_HLS_H265" })),
];

type Seen = { peak: number; atOnce: number; statuses: string[]; waited: number; seconds: number };

const folder = mkdtempSync(path.join(tmpdir(), "vod-memory-"));
chmodSync(folder, 0o711);
try {
  const sources = new Map<string, string>();
  for (const size of new Set(JOBS.map((job) => job.size)))
    sources.set(size, await makeFilm(path.join(folder, `${size}.mp4`), { size, ...QUICK }));
  console.log(
    "| Limit | Highest sum | Encoders at once | Waited | Ended | Seconds |\n| --- | --- | --- | --- | --- | --- |",
  );
  for (const limit of [LIMIT, 1024 * GIB]) {
    const { peak, atOnce, statuses, waited, seconds } = await runFour(sources, limit);
    const cells = [
      limit === LIMIT ? "3 GiB" : "none",
      `${(peak / GIB).toFixed(2)} GiB`,
      atOnce,
      waited,
      statuses.join(", "),
      seconds.toFixed(0),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Starts the product on a folder of its own, submits the four at once, and watches its encoders until all have ended. */
async function runFour(sources: ReadonlyMap<string, string>, limit: number): Promise<Seen> {
  const dataDir = path.join(folder, `data-${limit}`);
  const settings = { WORKER_SLOTS: "4", MEMORY_LIMIT_BYTES: String(limit) };
  const product = await startProduct(dataDir, await freePort(), settings);
  try {
    const api = new Api(product.url);
    const ids = await submitAll(api, sources);
    const started = performance.now();
    const seen: Seen = { peak: 0, atOnce: 0, statuses: [], waited: 0, seconds: 0 };
    const waiting = new Set<string>();
    for (let round = 0; ; round++) {
      look(product.process.pid ?? 0, seen);
      if (round % 10 === 0) {
        const tasks = await Promise.all(ids.map((id) => api.json<TaskView>(`/api/v1/tasks/${id}`)));
        for (const task of tasks) if (task.waitingFor === "memory") waiting.add(task.id);
        seen.statuses = tasks.map((task) => task.status);
        if (seen.statuses.every((status) => status !== "queued" && status !== "running")) break;
      }
      await sleep(LOOK_MS);
    }
    return { ...seen, waited: waiting.size, seconds: (performance.now() - started) / 1000 };
  } finally {
    await product.stop();
  }
}

/** Through one upload per source; the 4K one first. */
async function submitAll(api: Api, sources: ReadonlyMap<string, string>): Promise<string[]> {
  const uploads = new Map<string, Awaited<ReturnType<Api["prepare"]>>>();
  for (const [size, file] of sources) {
    const spec = PREDEFINED_SPECS[0]?.spec;
    if (spec === undefined) throw new Error("There are no predefined templates.");
    uploads.set(size, await api.prepare(file, spec, `bench-${size}`));
  }
  const ids: string[] = [];
  for (const [index, { size, template }] of JOBS.entries()) {
    const ready = uploads.get(size);
    const body = {
      source: { type: "upload", uploadId: ready?.uploadId },
      templates: [template],
      outputId: ready?.outputId,
      outputPattern: `memory/${index}`,
    };
    ids.push((await api.json<TaskView>("/api/v1/tasks", body)).id);
  }
  return ids;
}

function look(pid: number, seen: Seen): void {
  const resident = processesUnder(pid, "ffmpeg").map(residentBytes);
  seen.peak = Math.max(
    seen.peak,
    resident.reduce((sum, bytes) => sum + bytes, 0),
  );
  // The sandbox around an encoder is small.
  seen.atOnce = Math.max(seen.atOnce, resident.filter((bytes) => bytes > 64 * 1024 ** 2).length);
}

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    // It ended while it was looked at.
    return 0;
  }
}

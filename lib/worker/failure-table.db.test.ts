import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import type { FailureParams } from "#lib/errors.ts";
import { PRIMARY_EXTENSION } from "#lib/media/encode-spec.ts";
import { Clips } from "#lib/media/test-pipeline.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { askFfmpeg } from "#lib/worker/test-failure-ffmpeg.ts";
import { INPUT_ROWS } from "#lib/worker/test-failure-inputs.ts";
import { OPTION_ROWS } from "#lib/worker/test-failure-options.ts";
import { FAILURE_ROWS, type FailureRow } from "#lib/worker/test-failure-rows.ts";
import { type FailureServer, startFailureServer } from "#lib/worker/test-failure-server.ts";
import { RECORD_ROWS } from "#lib/worker/test-failure-records.ts";
import { TOOL_ROWS } from "#lib/worker/test-failure-tools.ts";
import {
  essence,
  PARTS,
  readTable,
  type SaidRow,
  toMarkdown,
  type ToldFailure,
  wordsOf,
  writeTable,
} from "#lib/worker/test-failure-words.ts";
import {
  filesBelow,
  makeScene,
  makeTask,
  predefined,
  type Scene,
  startWorker,
  waitForTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";

const LIMIT = 90_000;
/** Of the work folder: enough for a worker to take tasks, too little for a source of 250 MB and its results. */
const DISK_MEGABYTES = 700;
/** Its next failure is its last. */
const SPENT = { tries: 2, toolDeaths: 2 };
const canMount = process.getuid?.() === 0;

const clips = new Clips();
const told: ToldFailure[] = [];
const saidByFfmpeg: SaidRow[] = [];
let scene: Scene;
let server: FailureServer;
let worker: WorkerHandle;
let work: string;
let goodUrl: string;

beforeAll(async () => {
  scene = await makeScene("table");
  server = await startFailureServer(clips.folder);
  clips.plain("good.mp4", { size: "320x180", seconds: 1 });
  goodUrl = `${server.origin}/good.mp4`;
  work = path.join(getEnv().dataDir, "work");
  mkdirSync(work);
  if (canMount)
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MEGABYTES}m,mode=0711`, "none", work]);
  worker = await startWorker({
    // Each holds a quarter of a GiB of the small disk.
    WORKER_SLOTS: "2",
    UPLOAD_MAX_BYTES: String(400e6),
    ALLOWED_PRIVATE_CIDRS: "127.0.0.1/32",
  });
}, LIMIT);
afterAll(async () => {
  await worker.end("SIGKILL");
  if (canMount) execFileSync("umount", ["-l", work]);
  server.close();
  clips.remove();
  await stopBoss();
});

function addressOf(url: string): string {
  if (url === "https") return `${server.origin.replace("http:", "https:")}/a.mp4`;
  return url.includes("://") ? url : `${server.origin}/${url}`;
}

function taskOf(row: FailureRow, spent?: typeof SPENT) {
  const spec = row.spec?.() ?? predefined("System_MP4_H264");
  return makeTask(scene, {
    source: { type: "url", url: addressOf(row.url) },
    jobs: [
      { template: "System", spec, primaryPath: `${crypto.randomUUID()}${PRIMARY_EXTENSION[spec.container]}` },
    ],
    ...(spent && { spent }),
  });
}

/** Waits until a task has failed for good, or was given back to be tried again; then takes it away. */
async function firstOutcome(taskId: string) {
  const row = await waitForTask(
    taskId,
    ({ status, events }) =>
      ["failed", "succeeded"].includes(status) || events.some((event) => event.type === "returned"),
    LIMIT,
  );
  const returned = row.events.find((event) => event.type === "returned")?.data as
    { code?: string } | undefined;
  if (returned) await db().task.update({ where: { id: taskId }, data: { cancelRequestedAt: new Date() } });
  return { row, returned: returned?.code };
}

function checkWords(one: ToldFailure, row: { says?: RegExp; isWithoutEvidence?: boolean }): void {
  for (const locale of ["en", "zh-CN"] as const) {
    const words = wordsOf(locale, one);
    for (const part of PARTS) {
      expect(words[part], `${locale} ${part}`).not.toMatch(/[{}?]|undefined|null|NaN|: \.|（）/);
      expect(words[part].length).toBeGreaterThan(3);
    }
  }
  const { title, why, fix } = wordsOf("en", one);
  if (row.says) expect(`${title} ${why} ${fix}`).toMatch(row.says);
  expect(one.evidence.length).toBeLessThanOrEqual(10);
  if (!row.isWithoutEvidence) expect(one.evidence.length).toBeGreaterThan(0);
  const quoted = one.evidence.join("\n");
  expect(quoted).not.toMatch(/frame=|fps=|out_time|bitrate=|progress=|speed=|total_size=/);
  expect(quoted).not.toMatch(/0x[0-9a-f]{9}/);
  for (const folder of [getEnv().dataDir, clips.folder, process.cwd()]) expect(quoted).not.toContain(folder);
}

describe("a source or a template that cannot be used", { concurrent: true }, () => {
  test.for(FAILURE_ROWS)("$what", { timeout: LIMIT }, async (row) => {
    if (row.code === "WORKER_DISK_FULL" && !canMount) return;
    row.make?.(clips);
    const { taskId } = await taskOf(row, row.isRetried ? undefined : SPENT);
    const first = await firstOutcome(taskId);
    const isRetried = first.returned !== undefined;
    // One that is tried again says why when it is tried for the last time; a full disk never fails a task.
    const isOnlyWaiting = row.code === "WORKER_DISK_FULL";
    const last =
      isRetried && !isOnlyWaiting ? (await firstOutcome((await taskOf(row, SPENT)).taskId)).row : first.row;
    const [job] = last.jobs;
    const warnings = (job?.result as { warnings?: { code: string }[] } | null)?.warnings ?? [];
    const code = isOnlyWaiting ? first.returned : last.status === "succeeded" ? "succeeds" : job?.errorCode;
    expect({ code, isRetried, params: job?.errorParams }).toMatchObject({
      code: row.code,
      isRetried: row.isRetried ?? false,
    });
    const one: ToldFailure = {
      what: row.what,
      code: row.code,
      isRetried,
      params: isOnlyWaiting
        ? { worker: "worker-1", need: "756.0 MB", free: "700.0 MB" }
        : ((job?.errorParams ?? {}) as FailureParams),
      evidence: job?.evidence ?? [],
    };
    told.push(one);
    if (row.code === "succeeds") expect(warnings.map((warning) => warning.code)).toContain("source_damaged");
    else checkWords(one, { ...row, isWithoutEvidence: row.isWithoutEvidence ?? isOnlyWaiting });
  });
});

describe("a tool, a disk or a worker that gives way", () => {
  test.for([...TOOL_ROWS, ...RECORD_ROWS])("$what", { timeout: LIMIT }, async (row, { skip }) => {
    if (row.needsMount && !canMount) skip("only root may mount a small disk");
    const failure = await row.provoke(clips, goodUrl);
    expect(failure).toMatchObject({ code: row.code, retryable: row.isRetried });
    // What only the worker knows, as run-task.ts fills it in.
    const isUnnamed = failure.params["worker"] === "the worker";
    const figures: FailureParams =
      failure.code === "WORKER_DISK_FULL" ? { need: "756.0 MB", free: "0 B" } : {};
    const params: FailureParams = isUnnamed
      ? { ...failure.params, ...figures, worker: "worker-1" }
      : failure.params;
    const one = { ...failure, params, what: row.what, isRetried: failure.retryable };
    told.push(one);
    checkWords(one, row);
  });
});

describe("what ffmpeg is never asked for, asked for", () => {
  test.for([...OPTION_ROWS, ...INPUT_ROWS])("$what", { timeout: LIMIT }, async (row) => {
    const { exitCode, line, failure } = await askFfmpeg(row, clips, server.origin);
    expect(failure).toMatchObject({ code: row.code, retryable: row.isRetried ?? false });
    expect(line, failure.evidence.join("\n")).not.toBe("");
    const params: FailureParams =
      failure.params["worker"] === "the worker"
        ? { ...failure.params, need: "756.0 MB", free: "0 B", worker: "worker-1" }
        : failure.params;
    checkWords({ ...failure, params, what: row.what, isRetried: failure.retryable }, row);
    saidByFfmpeg.push({ what: row.what, code: failure.code, isRetried: failure.retryable, exitCode, line });
  });
});

test("nothing of it is left: no file in the Output, no work folder", async () => {
  const succeeded = FAILURE_ROWS.filter((row) => row.code === "succeeds").length;
  await expect.poll(() => filesBelow(work)).toEqual([]);
  expect(await filesBelow(scene.folder)).toHaveLength(succeeded);
});

test("docs/failures.md says the same", { timeout: LIMIT }, async ({ skip }) => {
  if (!canMount) skip("some rows were not run");
  const order = [...FAILURE_ROWS, ...TOOL_ROWS, ...RECORD_ROWS].map((row) => row.what);
  const rows = [...told].sort((a, b) => order.indexOf(a.what) - order.indexOf(b.what));
  expect(rows.map((row) => row.what)).toEqual(order);
  expect(saidByFfmpeg.map((row) => row.what)).toEqual([...OPTION_ROWS, ...INPUT_ROWS].map((row) => row.what));
  const host = new URL(server.origin).host;
  const named = JSON.parse(
    JSON.stringify({ rows, saidByFfmpeg })
      .replaceAll(host, "media.example")
      .replaceAll(await workerName(), "worker-1"),
  ) as { rows: ToldFailure[]; saidByFfmpeg: SaidRow[] };
  const text = await toMarkdown(named.rows, named.saidByFfmpeg);
  if (process.env["UPDATE_TABLES"] === "1") writeTable(text);
  expect(essence(text)).toEqual(essence(readTable()));
});

async function workerName(): Promise<string> {
  return (await db().worker.findFirstOrThrow({ where: { state: "online" } })).name;
}

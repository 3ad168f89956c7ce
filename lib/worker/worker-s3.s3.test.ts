import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { getEnv, resetEnv } from "#lib/env.ts";
import { newId, showId } from "#lib/ids.ts";
import { removeLeftovers } from "#lib/jobs/remove-leftovers.ts";
import { removePublishedFiles } from "#lib/jobs/remove-published-files.ts";
import { manifestFiles, manifestSchema } from "#lib/jobs/manifest.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { S3Store } from "#lib/storage/s3-store.ts";
import { PREVIOUS_NAME } from "#lib/storage/store.ts";
import { Gate } from "#lib/storage/test-gate.ts";
import { insertOutput, LOOPBACK, makeBucket, type TestBucket } from "#lib/storage/test-s3.ts";
import { hashStream } from "#lib/storage/hash-file.ts";
import { sweepTransfers } from "#lib/worker/sweep-transfers.ts";
import {
  getTaskRow,
  makeClip,
  makeTask,
  type Scene,
  serveFile,
  startWorker,
  until,
  waitForTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";
import { hls, mp4 } from "#lib/worker/worker-scenarios.ts";

const LIMIT = 240_000;
const PREFIX = "vod/";

let clip: { url: string; close: () => void };
let clipFile: string;
let longClip: { url: string; close: () => void };
let bucket: TestBucket;
let gate: Gate;
let store: S3Store;
const workers: WorkerHandle[] = [];

beforeAll(async () => {
  process.env["ALLOWED_PRIVATE_CIDRS"] = "127.0.0.0/8";
  resetEnv();
  const { dataDir } = getEnv();
  clipFile = await makeClip(path.join(dataDir, "clip.mp4"), 2);
  clip = await serveFile(clipFile);
  longClip = await serveFile(await makeClip(path.join(dataDir, "long.mp4"), 30, "640x360"));
});

beforeEach(async () => {
  bucket = await makeBucket();
  gate = await new Gate(bucket.endpoint).open();
  store = new S3Store(bucket.open(), PREFIX);
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end("SIGKILL")));
  gate.shut();
});

afterAll(async () => {
  clip.close();
  longClip.close();
  await stopBoss();
});

async function worker(settings: Record<string, string> = {}): Promise<WorkerHandle> {
  const started = await startWorker(settings);
  workers.push(started);
  return started;
}

/** A project with one Output in the test's bucket, reached through the gate. */
async function makeS3Scene(credentials = bucket.credentials): Promise<Scene> {
  const projectId = newId();
  await db().project.create({ data: { id: projectId, name: "s3" } });
  const place = { prefix: PREFIX, endpoint: gate.endpoint };
  const output = await insertOutput(projectId, { ...bucket, credentials }, place);
  return { projectId, outputId: output.id, folder: "" };
}

async function names(): Promise<string[]> {
  const found: string[] = [];
  for await (const file of store.list("")) found.push(file.path);
  return found.sort();
}

const manifestsOf = (row: Awaited<ReturnType<typeof getTaskRow>>) =>
  row.jobs.map((job) => manifestSchema.parse(job.manifest));

/** Every file of the manifests is there with its true size and hashes, and nothing else is but `others`. */
async function assertOnlyManifests(taskId: string, others: string[] = []): Promise<void> {
  const files = manifestsOf(await getTaskRow(taskId)).flatMap(manifestFiles);
  const expected = [...files.map((file) => file.path), ...others].sort();
  // The journal goes right after the commit that makes the task succeeded.
  await expect.poll(names, { timeout: 10_000 }).toEqual(expected);
  for (const file of files) {
    const { path: name, sizeBytes, sha256, md5 } = file;
    expect({ name, ...(await hashStream(await store.read(name))) }).toEqual({ name, sizeBytes, sha256, md5 });
  }
  expect(await bucket.unfinished()).toEqual([]);
}

function operatorOf(projectId: string): Ctx {
  return { projectId, actor: { kind: "user", id: newId(), name: "o" }, role: "operator", trigger: "api" };
}

test(
  "an object of a bucket is encoded into MP4 and HLS in the same bucket, and can be removed",
  { timeout: LIMIT },
  async () => {
    const scene = await makeS3Scene();
    await store.putFile("in/clip é.mp4", clipFile, "video/mp4");
    const { taskId } = await makeTask(scene, {
      source: { type: "object", outputId: showId("output", scene.outputId), path: "in/clip é.mp4" },
      jobs: [mp4(), hls()],
    });
    await worker();
    expect(await waitForTask(taskId)).toMatchObject({ status: "succeeded", attempt: 1 });
    await assertOnlyManifests(taskId, ["in/clip é.mp4"]);

    await removePublishedFiles(operatorOf(scene.projectId), taskId);
    expect(await names()).toEqual(["in/clip é.mp4"]);
  },
);

describe("an Output that refuses fails the task at once", () => {
  const failed = async (scene: Scene, settings = {}) => {
    const { taskId } = await makeTask(scene, { source: { type: "url", url: clip.url }, jobs: [mp4()] });
    await worker(settings);
    return waitForTask(taskId);
  };

  test(
    "with the provider's code when the secret is wrong, and without the secret",
    { timeout: LIMIT },
    async () => {
      const secretAccessKey = "a-secret-that-nobody-may-see";
      const row = await failed(await makeS3Scene({ ...bucket.credentials, secretAccessKey }));
      expect(row).toMatchObject({
        status: "failed",
        attempt: 1,
        errorCode: "OUTPUT_DENIED",
        errorParams: { output: "media", reason: "SignatureDoesNotMatch" },
      });
      expect(
        JSON.stringify(row, (_key, value: unknown) => (typeof value === "bigint" ? 0 : value)),
      ).not.toContain(secretAccessKey);
      expect(workers[0]?.output()).not.toContain(secretAccessKey);
    },
  );

  test("before any connection when its address is not allowed", { timeout: LIMIT }, async () => {
    const row = await failed(await makeS3Scene(), { ALLOWED_PRIVATE_CIDRS: "" });
    expect(row).toMatchObject({
      status: "failed",
      errorCode: "OUTPUT_DENIED",
      errorParams: { reason: "BlockedAddress" },
    });
    expect(gate.connections).toBe(0);
  });
});

describe("a bucket's server that dies while files are on their way", () => {
  test("and is back soon is waited for", { timeout: LIMIT }, async () => {
    const scene = await makeS3Scene();
    gate.shutAfter(150_000);
    const { taskId } = await makeTask(scene, { source: { type: "url", url: longClip.url }, jobs: [hls()] });
    await worker();
    await until("the server died", async () => !gate.isOpen);
    await sleep(3_000);
    await gate.open();
    expect(await waitForTask(taskId)).toMatchObject({ status: "succeeded", attempt: 1 });
    await assertOnlyManifests(taskId);
  });

  test(
    "and stays away costs the attempt; the next one succeeds and leaves nothing of the first",
    { timeout: LIMIT },
    async () => {
      const scene = await makeS3Scene();
      const { taskId } = await makeTask(scene, { source: { type: "url", url: longClip.url }, jobs: [hls()] });
      await worker();
      await until("something has arrived", async () => (await names()).length > 0);
      gate.shut();
      const returned = await waitForTask(
        taskId,
        (row) => row.events.some((event) => event.type === "returned"),
        150_000,
      );
      expect(returned.events.find((event) => event.type === "returned")?.data).toMatchObject({
        reason: "retry",
      });
      expect(returned.toolDeaths).toBe(0);
      expect((await names()).length).toBeGreaterThan(0);
      await gate.open();
      expect(await waitForTask(taskId)).toMatchObject({ status: "succeeded", attempt: 2 });
      await assertOnlyManifests(taskId);
    },
  );
});

describe("a worker that is killed between the primary's PUT and the commit", () => {
  const PRIMARY = "show/clip.mp4";
  const OLD = "what was there before";

  /** Holds the job's row, so that the commit waits, and kills the worker once its bytes are under the primary's name. */
  async function killBeforeCommit(taskId: string, jobId: string): Promise<void> {
    const victim = await worker();
    // The job's own row is written when its plan is known, and then not before the commit.
    await waitForTask(taskId, (row) => row.jobs[0]?.plan != null);
    await db().$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT 1 FROM "Job" WHERE id = ${jobId}::uuid FOR NO KEY UPDATE`;
        await until(
          "the primary is replaced",
          async () => (await store.head(PRIMARY))?.sizeBytes !== OLD.length,
        );
        await victim.end("SIGKILL");
      },
      { timeout: 120_000, maxWait: 10_000 },
    );
    expect((await getTaskRow(taskId)).jobs[0]?.manifest).toBeNull();
    expect((await names()).filter((name) => name.endsWith(PREVIOUS_NAME))).toHaveLength(1);
  }

  async function prepare(): Promise<{ taskId: string; jobId: string }> {
    const scene = await makeS3Scene();
    await store.putBytes(PRIMARY, Buffer.from(OLD), "text/plain");
    const source = { type: "url" as const, url: clip.url };
    const { taskId, jobIds } = await makeTask(scene, { source, jobs: [mp4()] });
    return { taskId, jobId: jobIds[0] ?? "" };
  }

  test(
    "is followed by one that publishes, and nothing of the first is left",
    { timeout: LIMIT },
    async () => {
      const { taskId, jobId } = await prepare();
      await killBeforeCommit(taskId, jobId);
      await worker();
      const row = await waitForTask(taskId);
      expect(row).toMatchObject({ status: "succeeded", fence: 2, workerLosses: 1 });
      await assertOnlyManifests(taskId);
    },
  );

  test("and whose task is canceled then: what was there before is back", { timeout: LIMIT }, async () => {
    const { taskId, jobId } = await prepare();
    await killBeforeCommit(taskId, jobId);
    await db().task.update({ where: { id: taskId }, data: { cancelRequestedAt: new Date() } });
    await worker();
    expect(await waitForTask(taskId)).toMatchObject({ status: "canceled" });
    await until("it is cleared up", async () => (await names()).length === 1, 20_000);
    expect(await names()).toEqual([PRIMARY]);
    expect((await hashStream(await store.read(PRIMARY))).sizeBytes).toBe(OLD.length);
  });

  test("and whose task is deleted before anybody cleared up: the same", { timeout: LIMIT }, async () => {
    const { taskId, jobId } = await prepare();
    await killBeforeCommit(taskId, jobId);
    const { projectId } = await db().task.update({ where: { id: taskId }, data: { status: "failed" } });
    await removeLeftovers(operatorOf(projectId), taskId);
    expect(await names()).toEqual([PRIMARY]);
    expect((await hashStream(await store.read(PRIMARY))).sizeBytes).toBe(OLD.length);
  });
});

test("unfinished uploads of ours are aborted when no attempt can be making them, and nobody else's", async () => {
  const scene = await makeS3Scene();
  const source = { type: "url" as const, url: clip.url };
  await makeTask(scene, { source, jobs: [mp4()] });
  const begin = (key: string) =>
    bucket.client.send(new CreateMultipartUploadCommand({ Bucket: bucket.name, Key: key }));
  const ours = ["vod/show/clip.mp4", "vod/show/clip.0a1b2c3d-4/1.m4s"];
  const others = ["vod/somebody/else.mp4", "outside/show/clip.mp4"];
  for (const key of [...ours, ...others]) await begin(key);
  const env = { outputRoots: [], ...LOOPBACK };
  await sweepTransfers(env, new Date(Date.now() - 60_000));
  expect(await bucket.unfinished()).toEqual([...ours, ...others].sort());
  await sweepTransfers(env, new Date(Date.now() + 60_000));
  expect(await bucket.unfinished()).toEqual(others.sort());
});

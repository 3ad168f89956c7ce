import { execFile } from "node:child_process";
import { open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, uploadsDir } from "#lib/env.ts";
import { newId, showId } from "#lib/ids.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import type { Source } from "#lib/tasks/schema.ts";
import {
  filesBelow,
  makeClip,
  makeScene,
  makeTask,
  predefined,
  type Scene,
  serveFile,
  startWorker,
  waitForTask,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";

const run = promisify(execFile);
const LIMIT = 60_000;

let scene: Scene;
let worker: WorkerHandle;
let clip: string;
const closers: (() => void)[] = [];
const dir = () => getEnv().dataDir;

beforeAll(async () => {
  scene = await makeScene("inputs");
  clip = await makeClip(path.join(dir(), "clip.mp4"), 1);
  worker = await startWorker({ WORKER_SLOTS: "2" });
}, LIMIT);
afterAll(async () => {
  await worker.end("SIGKILL");
  for (const close of closers) close();
  await stopBoss();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/video.mp4`;
}

async function served(name: string, content: string | Buffer): Promise<string> {
  const file = path.join(dir(), name);
  await writeFile(file, content);
  return servedFile(file);
}
async function servedFile(file: string): Promise<string> {
  const { url, close } = await serveFile(file);
  closers.push(close);
  return url;
}

let count = 0;
async function runToEnd(
  source: Source,
  template = "System_MP4_H264",
  spec: EncodeSpec = predefined(template),
) {
  const primaryPath = `out-${++count}.mp4`;
  const { taskId } = await makeTask(scene, { source, jobs: [{ template, spec, primaryPath }] });
  return waitForTask(taskId, undefined, LIMIT);
}

describe("a bad input fails once, by its own name, and leaves nothing", () => {
  const MP4 = () => readFile(clip);

  const cases: [string, () => Promise<string>, string, object][] = [
    [
      "a missing file",
      () => serve((_request, response) => void response.writeHead(404).end()),
      "INPUT_NOT_FOUND",
      { status: 404 },
    ],
    [
      "a forbidden one",
      () => serve((_request, response) => void response.writeHead(403).end()),
      "INPUT_FORBIDDEN",
      { status: 403 },
    ],
    [
      "a private address",
      async () => "http://10.0.0.1/video.mp4",
      "INPUT_BLOCKED",
      { host: "10.0.0.1", cidr: "10.0.0.1/32" },
    ],
    [
      "a link-local address by redirect",
      () =>
        serve(
          (_request, response) => void response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
        ),
      "INPUT_BLOCKED",
      { cidr: "169.254.169.254/32" },
    ],
    [
      "a web page",
      () =>
        serve(
          (_request, response) =>
            void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>hi"),
        ),
      "INPUT_NOT_MEDIA",
      { detail: "html", mime: "text/html" },
    ],
    ["an empty file", () => served("empty.mp4", ""), "INPUT_NOT_MEDIA", { detail: "empty" }],
    [
      "text named .mp4",
      () => served("text.mp4", "just some words\n".repeat(50)),
      "INPUT_NOT_MEDIA",
      { detail: "text" },
    ],
    [
      "a playlist that points at a local file",
      () =>
        served("list.mp4", `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://${clip}\n#EXT-X-ENDLIST\n`),
      "INPUT_NOT_MEDIA",
      { detail: "playlist" },
    ],
    [
      "an MP4 without its index",
      async () => served("no-moov.mp4", (await MP4()).subarray(0, 20_000)),
      "INPUT_TRUNCATED",
      {},
    ],
  ];
  test.each(cases)("%s", { timeout: LIMIT }, async (_name, url, code, params) => {
    const row = await runToEnd({ type: "url", url: await url() });
    expect({ status: row.status, code: row.errorCode, params: row.errorParams }).toMatchObject({
      status: "failed",
      code,
      params,
    });
    expect(row).toMatchObject({
      attempt: 1,
      toolDeaths: 0,
      jobs: [{ status: "failed", errorCode: code, manifest: null }],
    });
    expect(await filesBelow(scene.folder)).toEqual([]);
  });

  test("a faststart MP4 that was cut", { timeout: LIMIT }, async () => {
    const whole = await makeClip(path.join(dir(), "whole.mp4"), 4);
    const cut = path.join(dir(), "cut.mp4");
    await run("ffmpeg", [
      "-nostdin",
      "-loglevel",
      "error",
      "-i",
      whole,
      "-c",
      "copy",
      "-movflags",
      "+faststart",
      cut,
    ]);
    const handle = await open(cut);
    const { size } = await handle.stat();
    await handle.close();
    await truncate(cut, Math.floor(size / 2));
    const row = await runToEnd({ type: "url", url: await servedFile(cut) });
    expect(row).toMatchObject({
      status: "failed",
      errorCode: null,
      jobs: [{ errorCode: "INPUT_TRUNCATED" }],
    });
    expect(await filesBelow(scene.folder)).toEqual([]);
  });

  test("sound alone with a template for pictures", { timeout: LIMIT }, async () => {
    const sound = path.join(dir(), "sound.m4a");
    await run("ffmpeg", [
      "-nostdin",
      "-loglevel",
      "error",
      "-f",
      "lavfi",
      "-i",
      "sine=duration=1",
      "-c:a",
      "aac",
      sound,
    ]);
    const row = await runToEnd({ type: "url", url: await servedFile(sound) });
    expect(row).toMatchObject({ status: "failed", jobs: [{ errorCode: "INPUT_NO_VIDEO" }] });
    expect(await filesBelow(scene.folder)).toEqual([]);
  });
});

test("a video of one frame is a video", { timeout: LIMIT }, async () => {
  const frame = path.join(dir(), "frame.mp4");
  await run("ffmpeg", [
    "-nostdin",
    "-loglevel",
    "error",
    "-f",
    "lavfi",
    "-i",
    "color=red:size=64x64:duration=0.04",
    "-pix_fmt",
    "yuv420p",
    frame,
  ]);
  const row = await runToEnd({ type: "url", url: await servedFile(frame) });
  expect({ status: row.status, codes: row.jobs.map((job) => [job.errorCode, job.errorParams]) }).toEqual({
    status: "succeeded",
    codes: [[null, null]],
  });
  await rm(path.join(scene.folder, row.jobs[0]?.primaryPath ?? ""));
});

describe("sources other than URLs", () => {
  test("an upload is read where it lies, and stays there", { timeout: LIMIT }, async () => {
    const uploadId = newId();
    const file = path.join(uploadsDir(getEnv()), uploadId);
    await makeClip(`${file}.mp4`, 1);
    await run("mv", [`${file}.mp4`, file]);
    await db().upload.create({
      data: {
        id: uploadId,
        projectId: scene.projectId,
        name: "mine.mp4",
        sizeBytes: 1,
        state: "complete",
        expiresAt: new Date(Date.now() + 1e6),
      },
    });
    const row = await runToEnd({ type: "upload", uploadId: showId("upload", uploadId) });
    expect(row.status).toBe("succeeded");
    expect((await readFile(file)).length).toBeGreaterThan(1_000);
    const [path1] = row.jobs.map((job) => job.primaryPath);
    const again = await runToEnd({
      type: "object",
      outputId: showId("output", scene.outputId),
      path: path1 ?? "",
    });
    expect(again.status).toBe("succeeded");
  });

  test("an upload or an object of another project is missing", { timeout: LIMIT }, async () => {
    const other = await makeScene("other");
    const uploadId = newId();
    await db().upload.create({
      data: {
        id: uploadId,
        projectId: other.projectId,
        name: "theirs.mp4",
        sizeBytes: 1,
        state: "complete",
        expiresAt: new Date(Date.now() + 1e6),
      },
    });
    expect((await runToEnd({ type: "upload", uploadId: showId("upload", uploadId) })).errorCode).toBe(
      "INPUT_NOT_FOUND",
    );
    expect(
      (await runToEnd({ type: "object", outputId: showId("output", other.outputId), path: "x.mp4" }))
        .errorCode,
    ).toBe("INPUT_NOT_FOUND");
  });
});

test("a source whose server fails is tried again later, under a new unit", { timeout: LIMIT }, async () => {
  const url = await serve((_request, response) => void response.writeHead(503).end());
  const { taskId } = await makeTask(scene, {
    source: { type: "url", url },
    jobs: [{ template: "T", spec: predefined("System_MP4_H264"), primaryPath: "later.mp4" }],
  });
  const row = await waitForTask(
    taskId,
    ({ events }) => events.some((event) => event.type === "returned"),
    LIMIT,
  );
  expect(row).toMatchObject({ status: "queued", toolDeaths: 0, workerId: null });
  expect(row.events.at(-1)).toMatchObject({
    data: { reason: "retry", code: "INPUT_UNREACHABLE", delaySeconds: 5 },
  });
  await db().task.update({ where: { id: taskId }, data: { cancelRequestedAt: new Date() } });
  expect((await waitForTask(taskId, undefined, LIMIT)).status).toBe("canceled");
});

describe("an image that is laid over the picture", () => {
  const withImage = (source: string): EncodeSpec => ({
    ...predefined("System_MP4_H264"),
    watermarks: [{ kind: "image", source, position: "top", widthPercent: 10, opacity: 1, marginPercent: 2 }],
  });
  const image = async () => {
    const file = path.join(dir(), "logo.png");
    await run("ffmpeg", [
      "-v",
      "error",
      "-y",
      "-f",
      "lavfi",
      "-i",
      "color=red:s=16x16",
      "-frames:v",
      "1",
      file,
    ]);
    return servedFile(file);
  };

  test("is fetched from its address before the encode", { timeout: LIMIT }, async () => {
    const source: Source = { type: "url", url: await servedFile(clip) };
    const row = await runToEnd(source, "Logo", withImage(await image()));
    expect(row.status).toBe("succeeded");
  });

  test.each([
    [
      "that is not there",
      () => serve((_request, response) => void response.writeHead(404).end()),
      "INPUT_NOT_FOUND",
    ],
    ["at a private address", async () => "http://10.0.0.1/logo.png", "INPUT_BLOCKED"],
  ])("%s fails its job by the field, and no other", { timeout: LIMIT }, async (_what, address, why) => {
    const source: Source = { type: "url", url: await servedFile(clip) };
    const jobs = [withImage(await address()), predefined("System_MP4_H264")].map((spec, index) => ({
      template: "Logo",
      spec,
      primaryPath: `image-${++count}-${index}.mp4`,
    }));
    const { taskId } = await makeTask(scene, { source, jobs });
    const { status: ended, jobs: done } = await waitForTask(taskId, undefined, LIMIT);
    expect(ended).toBe("partial");
    expect(done.map(({ status }) => status).sort()).toEqual(["failed", "succeeded"]);
    const failed = done.find(({ status }) => status === "failed");
    expect(failed).toMatchObject({
      errorCode: "TEMPLATE_INVALID",
      errorParams: { field: "watermarks.0.source", reason: expect.stringContaining(why) as string },
    });
  });
});

test(
  "a key is fetched from its address, and one that is none fails its job by the field",
  { timeout: LIMIT },
  async () => {
    const withKey = (keyUrl: string): EncodeSpec => ({
      ...predefined("System_HLS_H264"),
      encryption: { method: "aes-128", keyUrl },
    });
    const source: Source = { type: "url", url: await servedFile(clip) };
    const [good, bad] = [await served("good.key", Buffer.alloc(16, 7)), await served("bad.key", "no key")];
    const jobs = [good, bad].map((url, index) => ({
      template: "Key",
      spec: withKey(url),
      primaryPath: `key-${index}.m3u8`,
    }));
    const { taskId } = await makeTask(scene, { source, jobs });
    const { jobs: done } = await waitForTask(taskId, undefined, LIMIT);
    expect(done.map(({ status }) => status)).toEqual(["succeeded", "failed"]);
    expect(done[1]).toMatchObject({
      errorCode: "TEMPLATE_INVALID",
      errorParams: { field: "encryption.keyUrl", reason: expect.stringContaining("6 bytes") as string },
    });
  },
);

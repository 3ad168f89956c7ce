import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, workDir } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { enqueueProbe, stopBoss } from "#lib/queue/boss.ts";
import type { Source } from "#lib/tasks/schema.ts";
import {
  filesBelow,
  makeClip,
  makeScene,
  type Scene,
  serveFile,
  startWorker,
  type WorkerHandle,
} from "#lib/worker/worker-fixture.ts";

const LIMIT = 60_000;

let scene: Scene;
let worker: WorkerHandle;
let clip: string;
const closers: (() => void)[] = [];

beforeAll(async () => {
  scene = await makeScene("probes");
  clip = await makeClip(path.join(getEnv().dataDir, "clip.mp4"), 1);
  worker = await startWorker();
}, LIMIT);
afterAll(async () => {
  await worker.end("SIGKILL");
  for (const close of closers) close();
  await stopBoss();
});

async function servedFile(file: string): Promise<string> {
  const { url, close } = await serveFile(file);
  closers.push(close);
  return url;
}

async function notFound(): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/gone.mp4`;
}

describe("a probe", () => {
  async function probe(source: Source) {
    const id = newId();
    await db().$transaction(async (tx) => {
      await tx.probe.create({ data: { id, projectId: scene.projectId, source } });
      await enqueueProbe(tx, { id });
    });
    const asked = Date.now();
    await expect
      .poll(async () => (await db().probe.findUniqueOrThrow({ where: { id } })).status, {
        timeout: 10_000,
        interval: 50,
      })
      .not.toBe("queued");
    return { row: await db().probe.findUniqueOrThrow({ where: { id } }), ms: Date.now() - asked };
  }

  test("answers soon, with streams, warnings and a picture", { timeout: LIMIT }, async () => {
    const { row, ms } = await probe({ type: "url", url: await servedFile(clip) });
    expect(row).toMatchObject({
      status: "done",
      errorCode: null,
      mediaInfo: { container: "MP4" },
      warnings: [],
    });
    expect(row.thumbnail?.length).toBeGreaterThan(500);
    expect(ms).toBeLessThan(5_000);
  });

  test("names a bad source as a task would", { timeout: LIMIT }, async () => {
    const gone = await notFound();
    expect((await probe({ type: "url", url: gone })).row).toMatchObject({
      status: "failed",
      errorCode: "INPUT_NOT_FOUND",
    });
    const file = path.join(getEnv().dataDir, "probe.mp4");
    await writeFile(file, "words and words");
    const text = await servedFile(file);
    expect((await probe({ type: "url", url: text })).row).toMatchObject({
      status: "failed",
      errorCode: "INPUT_NOT_MEDIA",
    });
    expect((await probe({ type: "url", url: "http://192.168.0.1/x" })).row).toMatchObject({
      status: "failed",
      errorCode: "INPUT_BLOCKED",
    });
  });

  test("leaves no file behind", async () => {
    expect((await filesBelow(workDir(getEnv()))).filter((name) => name.includes("probe-"))).toEqual([]);
  });
});

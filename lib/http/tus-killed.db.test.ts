import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { request, type ClientRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, uploadsDir } from "#lib/env.ts";
import { makeProject, startTestWeb, type TestWeb } from "#lib/http/test-web.ts";
import { readId } from "#lib/ids.ts";
import { UploadFiles } from "#lib/uploads/upload-files.ts";

const files = new UploadFiles(uploadsDir(getEnv()));
const SIZE = 40_000_000;
const bytes = Buffer.alloc(SIZE);
for (let i = 0; i < SIZE; i += 4) bytes.writeUInt32LE((i * 2_654_435_761) >>> 0, i);
const sha256 = (data: Buffer) => createHash("sha256").update(data).digest("hex");

let web: TestWeb;
let headers: Record<string, string>;

beforeAll(async () => {
  const { basic } = await makeProject("killed");
  headers = { "Tus-Resumable": "1.0.0", Authorization: basic };
  web = await startTestWeb();
});
afterAll(async () => {
  await web.stop();
});

async function killAndStart(): Promise<void> {
  const ended = new Promise((resolve) => web.process.once("exit", resolve));
  web.process.kill("SIGKILL");
  await ended;
  web = await startTestWeb();
}

const addressOf = (id: string) => `${web.url}/api/v1/uploads/tus/${id}`;
const rowOf = (id: string) => db().upload.findUniqueOrThrow({ where: { id: uuidOf(id) } });
function uuidOf(id: string): string {
  const uuid = readId("upload", id);
  if (uuid === null) throw new Error(`${id} is no upload`);
  return uuid;
}

async function begin(): Promise<string> {
  const answer = await fetch(`${web.url}/api/v1/uploads/tus`, {
    method: "POST",
    headers: { ...headers, "Upload-Length": String(SIZE) },
  });
  expect(answer.status).toBe(201);
  return answer.headers.get("location")?.split("/").pop() ?? "";
}

async function offsetOf(id: string): Promise<number> {
  const answer = await fetch(addressOf(id), { method: "HEAD", headers });
  expect(answer.status).toBe(200);
  return Number(answer.headers.get("upload-offset"));
}

/** Announces the rest from `offset` and sends only up to `until`; the request stays open. */
function sendPart(id: string, offset: number, until: number): ClientRequest {
  const sending = request(addressOf(id), {
    method: "PATCH",
    headers: {
      ...headers,
      "Upload-Offset": String(offset),
      "Content-Type": "application/offset+octet-stream",
      "Content-Length": String(SIZE - offset),
    },
  });
  // It is cut by the kill.
  sending.on("error", () => undefined);
  sending.write(bytes.subarray(offset, until));
  return sending;
}

async function untilStored(id: string, size: number): Promise<void> {
  await expect
    .poll(() => statSync(files.pathOf(uuidOf(id))).size, { timeout: 15_000 })
    .toBeGreaterThanOrEqual(size);
}

test("killed twice in the middle of an upload: it goes on from what is stored, and arrives byte for byte", async () => {
  const id = await begin();
  let offset = 0;
  for (const until of [12_000_000, 27_000_000]) {
    sendPart(id, offset, until);
    await untilStored(id, until - 1_000_000);
    await killAndStart();
    const stored = statSync(files.pathOf(uuidOf(id))).size;
    offset = await offsetOf(id);
    expect(offset).toBe(stored);
    expect(offset).toBeGreaterThan(until - 2_000_000);
    // The start has brought the row to the file.
    expect(Number((await rowOf(id)).offsetBytes)).toBe(stored);
  }
  const answer = await fetch(addressOf(id), {
    method: "PATCH",
    headers: {
      ...headers,
      "Upload-Offset": String(offset),
      "Content-Type": "application/offset+octet-stream",
    },
    body: bytes.subarray(offset),
  });
  expect([answer.status, answer.headers.get("upload-offset")]).toEqual([204, String(SIZE)]);
  expect(sha256(readFileSync(files.pathOf(uuidOf(id))))).toBe(sha256(bytes));
  expect((await rowOf(id)).state).toBe("complete");
}, 90_000);

test("killed between the last byte and its completion: the next start completes it, without any client", async () => {
  const id = await begin();
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  // Whoever completes the upload waits for its row.
  const holding = db().$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Upload" WHERE id = ${uuidOf(id)}::uuid FOR UPDATE`;
      await held;
    },
    { timeout: 30_000 },
  );
  sendPart(id, 0, SIZE).end();
  await untilStored(id, SIZE);
  await sleep(500);
  const ended = new Promise((resolve) => web.process.once("exit", resolve));
  web.process.kill("SIGKILL");
  await ended;
  letGo();
  await holding;
  expect((await rowOf(id)).state).toBe("uploading");
  web = await startTestWeb();
  expect((await rowOf(id)).state).toBe("complete");
  expect(await offsetOf(id)).toBe(SIZE);
}, 60_000);

test("killed between the row and the file: the upload begins empty", async () => {
  const id = await begin();
  await files.remove(uuidOf(id));
  await killAndStart();
  expect(await offsetOf(id)).toBe(0);
  const answer = await fetch(addressOf(id), {
    method: "PATCH",
    headers: { ...headers, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" },
    body: bytes,
  });
  expect(answer.status).toBe(204);
  expect((await rowOf(id)).state).toBe("complete");
}, 60_000);

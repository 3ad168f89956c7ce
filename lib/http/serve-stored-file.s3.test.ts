import { createHash, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { resetEnv } from "#lib/env.ts";
import { fileUrl } from "#lib/files/file-links.ts";
import { serveFile } from "#lib/http/serve-file.ts";
import { newId } from "#lib/ids.ts";
import { contentTypeOf, type Manifest, type ManifestFile } from "#lib/jobs/manifest.ts";
import { S3Store } from "#lib/storage/s3-store.ts";
import { Gate } from "#lib/storage/test-gate.ts";
import { insertOutput, makeBucket } from "#lib/storage/test-s3.ts";

const PREFIX = "vod/";
const SEGMENT = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
const BIG = randomBytes(24 * 1024 ** 2);

let web: Server;
let gate: Gate;
let jobId: string;
let origin: string;

beforeAll(async () => {
  const bucket = await makeBucket();
  gate = await new Gate(bucket.endpoint).open();
  process.env["ALLOWED_PRIVATE_CIDRS"] = "127.0.0.0/8";
  web = createServer((request, response) => void serveFile(request, response, request.url ?? "/"));
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  process.env["PUBLIC_URL"] = origin;
  resetEnv();
  const store = new S3Store(bucket.open(), PREFIX);
  const put = async (name: string, bytes: Buffer) => {
    await store.putBytes(name, bytes, "application/x-as-stored");
    return entry(name, bytes);
  };
  const files = [
    await put("show.abcd1234-1/seg 1%.ts", SEGMENT),
    await put("show.abcd1234-1/big.mp4", BIG),
    await put("show.abcd1234-1/changed.ts", Buffer.from("as it was published")),
    entry("show.abcd1234-1/lost.ts", Buffer.from("no longer in storage")),
  ];
  await put("show.abcd1234-1/changed.ts", Buffer.from("replaced by something else"));
  await put("unnamed.mp4", Buffer.from("in the bucket, in no manifest"));
  const primary = await put("show.m3u8", Buffer.from("#EXTM3U\n"));
  const projectId = newId();
  await db().project.create({ data: { id: projectId, name: "alpha" } });
  const { id: outputId } = await insertOutput(projectId, bucket, { prefix: PREFIX, endpoint: gate.endpoint });
  jobId = await insertJob(projectId, outputId, { fence: 1, mediaFolder: "show.abcd1234-1", primary, files });
});
afterAll(async () => {
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
  gate.shut();
});

function entry(name: string, bytes: Buffer): ManifestFile {
  const hash = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex");
  const hashes = { sha256: hash("sha256"), md5: hash("md5") };
  return { path: name, sizeBytes: bytes.length, ...hashes, type: contentTypeOf(name) };
}

async function insertJob(projectId: string, outputId: string, manifest: Manifest): Promise<string> {
  const id = newId();
  const job = { id, projectId, index: 0, templateName: "t", templateVersion: 1, spec: {}, manifest };
  await db().task.create({
    data: {
      id: newId(),
      projectId,
      name: "show",
      searchText: "show",
      status: "succeeded",
      sourceType: "url",
      source: { type: "url", url: "https://a.example/show.mp4" },
      outputId,
      outputPattern: "show",
      trigger: "api",
      jobs: { create: { ...job, primaryPath: "show.m3u8" } },
    },
  });
  return id;
}

const url = (name: string) => fileUrl({ jobId, path: name });
const segment = () => url("show.abcd1234-1/seg 1%.ts");
const etag = `"${createHash("sha256").update(SEGMENT).digest("hex")}"`;

test("a published file comes whole, with the manifest's type and a policy under which nothing runs", async () => {
  const response = await fetch(url("show.m3u8"));
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("#EXTM3U\n");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "application/vnd.apple.mpegurl",
    "content-length": "8",
    "accept-ranges": "bytes",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "access-control-allow-origin": "*",
    "cache-control": "private, no-cache",
    "referrer-policy": "no-referrer",
  });
});

test("a large file comes whole", async () => {
  const bytes = Buffer.from(await (await fetch(url("show.abcd1234-1/big.mp4"))).arrayBuffer());
  expect(bytes.equals(BIG)).toBe(true);
});

describe("ranges and conditions", () => {
  test.each([
    ["bytes=0-99", 0, 99],
    ["bytes=-10", 990, 999],
    ["bytes=500-5000", 500, 999],
  ])("%s", async (Range, start, end) => {
    const response = await fetch(segment(), { headers: { Range } });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end}/1000`);
    expect(response.headers.get("content-length")).toBe(String(end - start + 1));
    expect(Buffer.from(await response.arrayBuffer()).equals(SEGMENT.subarray(start, end + 1))).toBe(true);
  });

  test("a range past the end is 416 with the size", async () => {
    const response = await fetch(segment(), { headers: { Range: "bytes=1000-" } });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */1000");
  });

  test("HEAD says size, type and ETag without a body", async () => {
    const response = await fetch(segment(), { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("1000");
    expect(response.headers.get("content-type")).toBe("video/mp2t");
    expect(response.headers.get("etag")).toBe(etag);
  });

  test("the ETag decides between nothing, part and whole", async () => {
    const ask = async (headers: Record<string, string>) =>
      (await fetch(segment(), { cache: "reload", headers })).status;
    expect(await ask({ "If-None-Match": etag })).toBe(304);
    expect(await ask({ "If-None-Match": '"another"' })).toBe(200);
    expect(await ask({ "If-Match": '"another"' })).toBe(412);
    expect(await ask({ "If-Range": etag, Range: "bytes=0-0" })).toBe(206);
    expect(await ask({ "If-Range": '"another"', Range: "bytes=0-0" })).toBe(200);
  });
});

test.each(["unnamed.mp4", "show.abcd1234-1/lost.ts", "show.abcd1234-1/changed.ts"])(
  "404, not to be kept, for %s: in no manifest, no longer in storage, or replaced",
  async (name) => {
    for (const method of ["GET", "HEAD"]) {
      const response = await fetch(url(name), { method });
      expect(response.status).toBe(404);
      expect(response.headers.get("etag")).toBeNull();
      expect(response.headers.get("cache-control")).not.toMatch(/immutable/);
    }
  },
);

/** A client that asks for the large file, reads its head and then nothing. */
async function stalledClient() {
  const { pathname, port } = new URL(url("show.abcd1234-1/big.mp4"));
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  return socket;
}

test("a client that does not read keeps the bucket's bytes from coming, and one that leaves ends the request", async () => {
  await sleep(100);
  const idle = gate.openSockets;
  const start = gate.bytesToClients;
  const socket = await stalledClient();
  await sleep(500);
  const before = gate.bytesToClients;
  // What the sockets between hold, and no more.
  expect(before - start).toBeLessThan(BIG.length);
  await sleep(500);
  expect(gate.bytesToClients).toBe(before);
  socket.destroy();
  for (let i = 0; gate.openSockets > idle && i < 50; i++) await sleep(100);
  expect(gate.openSockets).toBeLessThanOrEqual(idle);
});

test("503 while the bucket's server is gone, and a file again when it is back", async () => {
  gate.shut();
  const response = await fetch(segment());
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: "unavailable" } });
  expect(response.headers.get("etag")).toBeNull();
  await gate.open();
  expect((await fetch(segment())).status).toBe(200);
});

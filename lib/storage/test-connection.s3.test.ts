import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { StorableOutput } from "#lib/storage/open-store.ts";
import { CONNECTION_STEPS, testConnection } from "#lib/storage/test-connection.ts";
import { s3Error, startRawServer } from "#lib/storage/test-raw-server.ts";
import { LOOPBACK, makeBucket, storableOutput, type TestBucket } from "#lib/storage/test-s3.ts";

let bucket: TestBucket;
let root: string;
beforeAll(async () => {
  bucket = await makeBucket();
  root = await mkdtemp(path.join(tmpdir(), "vod-connection-"));
});
afterAll(() => rm(root, { recursive: true }));

const env = () => ({ outputRoots: [root], ...LOOPBACK });
/** One word a step: "ok", "skipped" or the code. */
const words = (steps: Awaited<ReturnType<typeof testConnection>>) => {
  expect(steps.map(({ step }) => step)).toEqual(CONNECTION_STEPS);
  return steps.map(({ ok, code, skipped }) => (skipped === true ? "skipped" : ok ? "ok" : code)).join(" ");
};

describe("a bucket", () => {
  const tried = (changes: Partial<StorableOutput> = {}, credentials: object | null = {}) =>
    testConnection(
      storableOutput(bucket, changes),
      credentials === null ? null : { ...bucket.credentials, ...credentials },
      env(),
    );

  test("that works is written to, read and left as it was", async () => {
    const steps = await tried();
    expect(words(steps)).toBe("ok ok ok ok ok");
    expect(steps.every(({ ms }) => ms >= 0 && Number.isInteger(ms))).toBe(true);
    expect((await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.name }))).KeyCount).toBe(0);
  });

  test("says where it ends, in the server's words, without the secret", async () => {
    const secretAccessKey = "a-secret-that-nobody-may-see";
    const steps = await tried({}, { secretAccessKey });
    expect(words(steps)).toBe("ok SignatureDoesNotMatch skipped skipped skipped");
    expect(JSON.stringify(steps)).not.toContain(secretAccessKey);
    expect(words(await tried({}, { accessKeyId: "nobody" }))).toBe(
      "ok InvalidAccessKeyId skipped skipped skipped",
    );
    expect(words(await tried({ bucket: "no-such-bucket" }))).toBe("ok NoSuchBucket skipped skipped skipped");
    expect(words(await tried({}, null))).toBe("ok NoCredentials skipped skipped skipped");
    expect(words(await tried({ endpoint: "http://no-such-host.invalid" }))).toMatch(
      /^(ENOTFOUND|EAI_AGAIN) skipped skipped skipped skipped$/,
    );
  });

  test("at an address that nobody allowed is not connected to", async () => {
    const server = await startRawServer((socket) => socket.destroy());
    const output = storableOutput(bucket, { endpoint: server.endpoint });
    const steps = await testConnection(output, bucket.credentials, { ...env(), allowedPrivateCidrs: [] });
    expect(words(steps)).toBe("BlockedAddress skipped skipped skipped skipped");
    expect(steps[0]?.detail).toContain("ALLOWED_PRIVATE_CIDRS");
    expect(server.connections()).toBe(0);
    await server.close();
  });

  test("that nothing answers for is given up", async () => {
    const server = await startRawServer((socket) => socket.destroy());
    await server.close();
    expect(words(await tried({ endpoint: server.endpoint }))).toBe("ok ECONNREFUSED skipped skipped skipped");
  });

  test("whose key may not list is tried further, and a delete that is refused fails alone", async () => {
    const files = new Map<string, string>();
    // A server whose policy allows Put and Get, and neither List nor Delete.
    const server = await startRawServer((socket) => {
      let received = "";
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1");
        const [head = "", body = ""] = received.split("\r\n\r\n");
        if (body.length < Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)) return;
        const [method = "", target = ""] = head.split(" ");
        const name = target.split("?")[0] ?? "";
        if (method === "PUT") files.set(name, body);
        if (method === "PUT" || (method === "GET" && files.has(name))) {
          const answer = method === "PUT" ? "" : (files.get(name) ?? "");
          socket.end(
            `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`,
          );
        } else
          s3Error(
            "403 Forbidden",
            "AccessDenied",
          )(Object.assign(socket, { once: (_: string, run: () => void) => run() }));
        received = "";
      });
    });
    expect(words(await tried({ endpoint: server.endpoint }))).toBe("ok ok ok ok AccessDenied");
    await server.close();
  });

  test("that never answers takes fifteen seconds at most", { timeout: 30_000 }, async () => {
    const server = await startRawServer(() => undefined);
    const started = performance.now();
    expect(words(await tried({ endpoint: server.endpoint }))).toBe("ok Timeout skipped skipped skipped");
    expect(performance.now() - started).toBeLessThan(16_500);
    await server.close();
  });
});

describe("a local folder", () => {
  const local = (folder: string, prefix = "") =>
    testConnection({ ...storableOutput(bucket), type: "local", folder, prefix }, null, env());

  test("that is not there yet is made, and left empty", async () => {
    const folder = path.join(root, "new");
    expect(words(await local(folder, "vod/"))).toBe("ok ok ok ok ok");
    expect(await readdir(folder)).toEqual(["vod"]);
    expect(await readdir(path.join(folder, "vod"))).toEqual([]);
  });

  test("outside of OUTPUT_ROOTS, by name or through a link, is not touched", async () => {
    const elsewhere = await mkdtemp(path.join(tmpdir(), "vod-elsewhere-"));
    await mkdir(path.join(root, "in"), { recursive: true });
    await symlink(elsewhere, path.join(root, "in", "out"));
    for (const folder of [elsewhere, path.join(root, "in", "out")])
      expect(words(await local(folder))).toBe("Unavailable skipped skipped skipped skipped");
    expect(await readdir(elsewhere)).toEqual([]);
    await rm(elsewhere, { recursive: true });
  });
});

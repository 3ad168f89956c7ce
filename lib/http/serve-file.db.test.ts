import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv } from "#lib/env.ts";
import { fileUrl, writeFileToken } from "#lib/files/file-links.ts";
import { makeProject, startTestWeb, type TestWeb } from "#lib/http/test-web.ts";
import { rawHttp } from "#lib/http/test-raw-http.ts";
import { newId } from "#lib/ids.ts";
import { contentTypeOf, type Manifest, type ManifestFile } from "#lib/jobs/manifest.ts";

const PLAYLIST = "#EXTM3U\n#EXTINF:1,\nshow.abcd1234-1/seg_1.ts\n";
const SEGMENT = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));

let web: TestWeb;
let jobId: string;
let folder: string;

beforeAll(async () => {
  web = await startTestWeb();
  const { projectId } = await makeProject("alpha");
  folder = path.join(getEnv().dataDir, "outputs", "local");
  mkdirSync(path.join(folder, "show.abcd1234-1"), { recursive: true });
  writeFileSync(path.join(getEnv().dataDir, "secret.txt"), "a secret");
  symlinkSync(path.join(getEnv().dataDir, "secret.txt"), path.join(folder, "show.abcd1234-1", "link.ts"));
  const files = [
    put("show.abcd1234-1/seg_1.ts", SEGMENT),
    put("show.abcd1234-1/naïve “1”.vtt", Buffer.from("WEBVTT\n")),
    put("show.abcd1234-1/100% o%6b.ts", Buffer.from("a name with percent signs")),
    { ...put("show.abcd1234-1/changed.ts", Buffer.from("as it was published")) },
    { ...entry("show.abcd1234-1/link.ts", Buffer.from("a secret")) },
  ];
  const primary = put("show.m3u8", Buffer.from(PLAYLIST));
  writeFileSync(path.join(folder, "show.abcd1234-1", "changed.ts"), "replaced by something else");
  put("unnamed.mp4", Buffer.from("in the folder, in no manifest"));
  put("show.abcd1234-1/100% ok.ts", Buffer.from("what the encoded name would be, decoded twice"));
  jobId = await makeJob(projectId, { fence: 1, mediaFolder: "show.abcd1234-1", primary, files });
});
afterAll(async () => {
  await web.stop();
});

function entry(name: string, bytes: Buffer): ManifestFile {
  const hash = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex");
  return {
    path: name,
    sizeBytes: bytes.length,
    sha256: hash("sha256"),
    md5: hash("md5"),
    type: contentTypeOf(name),
  };
}

function put(name: string, bytes: Buffer): ManifestFile {
  writeFileSync(path.join(folder, name), bytes);
  return entry(name, bytes);
}

async function makeJob(projectId: string, manifest: Manifest): Promise<string> {
  const output = await db().output.create({
    data: { id: newId(), projectId, name: "local", type: "local", folder },
  });
  const task = await db().task.create({
    data: {
      id: newId(),
      projectId,
      name: "show",
      searchText: "show",
      status: "succeeded",
      sourceType: "url",
      source: { type: "url", url: "https://a.example/show.mp4" },
      outputId: output.id,
      outputPattern: "show",
      trigger: "api",
      jobs: {
        create: {
          id: newId(),
          projectId,
          index: 0,
          templateName: "t",
          templateVersion: 1,
          spec: {},
          primaryPath: "show.m3u8",
          manifest,
        },
      },
    },
    select: { jobs: { select: { id: true } } },
  });
  return task.jobs[0]!.id;
}

const url = (name: string, download = false) => fileUrl({ jobId, path: name, download });

test("a published file comes whole, with the manifest's type and a policy under which nothing runs", async () => {
  const response = await fetch(url("show.m3u8"));
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(PLAYLIST);
  const headers = Object.fromEntries(response.headers);
  expect(headers).toMatchObject({
    "content-type": "application/vnd.apple.mpegurl",
    "content-length": String(PLAYLIST.length),
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "access-control-allow-origin": "*",
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-cache",
    "content-disposition": `inline; filename="show.m3u8"; filename*=UTF-8''show.m3u8`,
  });
});

test("a percent sign in a name is a percent sign", async () => {
  const response = await fetch(url("show.abcd1234-1/100% o%6b.ts"));
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("a name with percent signs");
});

test("the relative address in a playlist leads on with the same token", async () => {
  const response = await fetch(new URL("show.abcd1234-1/seg_1.ts", url("show.m3u8")));
  expect(Buffer.from(await response.arrayBuffer()).equals(SEGMENT)).toBe(true);
  expect(response.headers.get("content-type")).toBe("video/mp2t");
  expect(response.headers.get("cache-control")).toMatch(/^private, max-age=\d+, immutable$/);
});

describe("ranges and conditions", () => {
  const ask = (headers: Record<string, string>, method = "GET") =>
    fetch(url("show.abcd1234-1/seg_1.ts"), { method, headers });
  const etag = `"${createHash("sha256").update(SEGMENT).digest("hex")}"`;

  test.each([
    ["bytes=0-99", 0, 99],
    ["bytes=990-", 990, 999],
    ["bytes=-10", 990, 999],
    ["bytes=500-5000", 500, 999],
  ])("%s", async (range, start, end) => {
    const response = await ask({ Range: range });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end}/1000`);
    expect(Buffer.from(await response.arrayBuffer()).equals(SEGMENT.subarray(start, end + 1))).toBe(true);
  });

  test("a suffix longer than the file is all of it, as a part", async () => {
    const response = await ask({ Range: "bytes=-5000" });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe("bytes 0-999/1000");
    expect((await response.arrayBuffer()).byteLength).toBe(1000);
  });

  test("a range past the end is 416 with the size", async () => {
    const response = await ask({ Range: "bytes=1000-" });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */1000");
  });

  test("HEAD says size and ETag without a body", async () => {
    const response = await ask({}, "HEAD");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("1000");
    expect(response.headers.get("etag")).toBe(etag);
    expect(await response.text()).toBe("");
  });

  test("If-None-Match gives 304, If-Range decides between part and whole", async () => {
    // Not by fetch, which adds Cache-Control: no-cache to a condition of one's own.
    const { pathname } = new URL(url("show.abcd1234-1/seg_1.ts"));
    const known = await rawHttp(web.port, [
      `GET ${pathname} HTTP/1.1`,
      "Host: a",
      "Connection: close",
      `If-None-Match: ${etag}`,
    ]);
    expect(known).toMatchObject({ status: 304, body: "" });
    expect((await ask({ "If-Range": etag, Range: "bytes=0-0" })).status).toBe(206);
    expect((await ask({ "If-Range": '"another"', Range: "bytes=0-0" })).status).toBe(200);
  });

  test("OPTIONS lets a player on another site ask for ranges", async () => {
    const response = await ask(
      { Origin: "https://player.example", "Access-Control-Request-Headers": "range" },
      "OPTIONS",
    );
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")).toContain("Range");
  });

  test("nothing can be written", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) expect((await ask({}, method)).status).toBe(405);
  });
});

test("a download link answers as an attachment with the real name", async () => {
  const response = await fetch(url("show.abcd1234-1/naïve “1”.vtt", true));
  expect(response.headers.get("content-disposition")).toBe(
    `attachment; filename="na_ve _1_.vtt"; filename*=UTF-8''na%C3%AFve%20%E2%80%9C1%E2%80%9D.vtt`,
  );
  expect(await response.text()).toBe("WEBVTT\n");
});

describe("404 for", () => {
  test.each([
    ["a file that no manifest names", () => url("unnamed.mp4")],
    ["a file outside of the Output", () => url("../secret.txt").replace("/../", "/%2e%2e/")],
    ["an encoded slash that leads out", () => url("show.m3u8").replace("show.m3u8", "..%2fsecret.txt")],
    ["a symbolic link that leads out", () => url("show.abcd1234-1/link.ts")],
    ["a file that was replaced since", () => url("show.abcd1234-1/changed.ts")],
    ["the bare token", () => url("")],
    ["another job", () => fileUrl({ jobId: newId(), path: "show.m3u8" })],
    ["a forged token", () => url("show.m3u8").replace(/files\/../, "files/BB")],
    [
      "an expired token",
      () =>
        `${web.url}/files/${writeFileToken({ jobId, expiresAt: new Date(Date.now() - 1000), isDownload: false })}/show.m3u8`,
    ],
  ])("%s", async (_name, makeUrl) => {
    const response = await fetch(makeUrl());
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: "not_found" } });
  });
});

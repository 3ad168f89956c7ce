import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type Failure, FailureError } from "#lib/errors.ts";
import { download, type DownloadLimits } from "#lib/fetch/download.ts";
import { guardedFetch } from "#lib/fetch/guarded-fetch.ts";
import { partialFetch } from "#lib/fetch/partial-fetch.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const LOCAL = { allowedPrivateCidrs: ["127.0.0.0/8"] };
const LIMITS: DownloadLimits = {
  maxBytes: 10_000_000,
  minBytesPerSecond: 1_000,
  paceWindowMs: 400,
  stallMs: 1_000,
  connectTimeoutMs: 1_000,
  totalMs: 20_000,
  idleRetries: 1,
};
const VIDEO = randomBytes(300_000);

let folder: string;
let closers: (() => void)[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "vod-download-"));
  closers = [];
});
afterEach(async () => {
  for (const close of closers) close();
  await rm(folder, { recursive: true });
});

async function serve(handler: Handler): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => handler(request, response, ++count));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/video.mp4`;
}

/** A file server that understands one open range. */
function sendVideo(request: IncomingMessage, response: ServerResponse, body = VIDEO): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const headers = { "content-type": "video/mp4", etag: '"v1"' };
  if (range === null) {
    response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
    return;
  }
  const start = Number(range[1]);
  const end = range[2] === "" ? body.length - 1 : Math.min(Number(range[2]), body.length - 1);
  response
    .writeHead(206, {
      ...headers,
      "content-length": end - start + 1,
      "content-range": `bytes ${start}-${end}/${body.length}`,
    })
    .end(body.subarray(start, end + 1));
}

const target = () => path.join(folder, "input");
const get = (url: string, limits: Partial<DownloadLimits> = {}, policy = LOCAL) =>
  download(url, target(), { policy, limits: { ...LIMITS, ...limits } });

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FailureError)) throw error;
  return error.failure;
}

describe("download", () => {
  test("fetches a file whole and byte-identical, uncompressed", async () => {
    let accepted: string | undefined;
    const url = await serve((request, response) => {
      accepted = request.headers["accept-encoding"];
      sendVideo(request, response);
    });
    expect(await get(url)).toEqual({ sizeBytes: VIDEO.length, mime: "video/mp4" });
    expect((await readFile(target())).equals(VIDEO)).toBe(true);
    expect(accepted).toBe("identity");
  });

  test("goes on by Range with If-Range where a connection broke", async () => {
    const ranges: (string | undefined)[] = [];
    const url = await serve((request, response, count) => {
      ranges.push(request.headers.range);
      if (count > 1) {
        expect(request.headers["if-range"]).toBe('"v1"');
        sendVideo(request, response);
        return;
      }
      response.writeHead(200, { "content-length": VIDEO.length, etag: '"v1"' });
      response.write(VIDEO.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
    });
    await get(url);
    expect(ranges).toHaveLength(2);
    expect(ranges[1]).toBe("bytes=100000-");
    expect((await readFile(target())).equals(VIDEO)).toBe(true);
  });

  test("starts again when the file changed in between", async () => {
    const newer = randomBytes(200_000);
    const url = await serve((_request, response, count) => {
      if (count === 1) {
        response.writeHead(200, { "content-length": VIDEO.length, etag: '"v1"' });
        response.write(VIDEO.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
      } else response.writeHead(200, { "content-length": newer.length, etag: '"v2"' }).end(newer);
    });
    expect((await get(url)).sizeBytes).toBe(newer.length);
    expect((await readFile(target())).equals(newer)).toBe(true);
  });

  test("a file of which the rest never comes is truncated", async () => {
    const url = await serve((request, response) => {
      if (request.headers.range !== undefined) return void response.destroy();
      response.writeHead(200, { "content-length": VIDEO.length, etag: '"v1"' });
      response.write(VIDEO.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
    });
    const failure = await failureOf(get(url));
    expect(failure).toMatchObject({
      code: "INPUT_TRUNCATED",
      params: { got: "100.0 kB", expected: "300.0 kB" },
      retryable: true,
    });
  });

  test("a body shorter than announced is not a file", async () => {
    const url = await serve((_request, response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n${"x".repeat(10)}`);
    });
    expect((await failureOf(get(url))).code).toBe("INPUT_TRUNCATED");
  });

  test.each([
    [404, "INPUT_NOT_FOUND", false],
    [401, "INPUT_FORBIDDEN", false],
    [403, "INPUT_FORBIDDEN", false],
    [410, "INPUT_FORBIDDEN", false],
    [429, "INPUT_UNREACHABLE", true],
    [500, "INPUT_UNREACHABLE", true],
    [503, "INPUT_UNREACHABLE", true],
  ] as const)("status %i is %s", async (status, code, retryable) => {
    const url = await serve((_request, response) => void response.writeHead(status).end("no"));
    expect(await failureOf(get(url, { idleRetries: 0 }))).toMatchObject({ code, retryable });
  });

  test("a web page is no video, whatever it calls itself", async () => {
    const page = "<!DOCTYPE html><html><body>Sign in</body></html>";
    const honest = await serve(
      (_request, response) =>
        void response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page),
    );
    expect(await failureOf(get(honest))).toMatchObject({
      code: "INPUT_NOT_MEDIA",
      params: { mime: "text/html", detail: "html" },
    });
    await rm(target());
    const lying = await serve(
      (_request, response) => void response.writeHead(200, { "content-type": "video/mp4" }).end(page),
    );
    expect(await failureOf(get(lying))).toMatchObject({
      code: "INPUT_NOT_MEDIA",
      params: { detail: "html" },
    });
  });

  test("an empty file is no video", async () => {
    const url = await serve(
      (_request, response) => void response.writeHead(200, { "content-length": 0 }).end(),
    );
    expect(await failureOf(get(url))).toMatchObject({ code: "INPUT_NOT_MEDIA", params: { detail: "empty" } });
  });

  test("stops at the size limit, announced or not", async () => {
    const announced = await serve((request, response) => sendVideo(request, response));
    expect(await failureOf(get(announced, { maxBytes: 200_000 }))).toMatchObject({ code: "INPUT_TOO_LARGE" });
    await rm(target());
    const endless = await serve((_request, response) => {
      const push = () => {
        while (response.write(VIDEO)) if (response.destroyed) return;
        response.once("drain", push);
      };
      push();
    });
    expect(await failureOf(get(endless, { maxBytes: 1_000_000 }))).toMatchObject({ code: "INPUT_TOO_LARGE" });
    expect((await readFile(target())).length).toBeLessThanOrEqual(1_000_000);
  });

  test("drops a server that sends two bytes a second", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": VIDEO.length });
      const timer = setInterval(() => response.write("ab"), 100);
      response.on("close", () => clearInterval(timer));
    });
    const failure = await failureOf(get(url));
    expect(failure.code).toBe("INPUT_UNREACHABLE");
    expect(failure.evidence[0]).toMatch(/too slow/);
  });

  test("gives up on a server that falls silent", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": VIDEO.length });
      response.write(VIDEO.subarray(0, 1000));
    });
    expect((await failureOf(get(url, { stallMs: 300, idleRetries: 0 }))).code).toBe("INPUT_TRUNCATED");
  });

  test("names a refused connection and a name without address", async () => {
    const url = await serve(() => undefined);
    for (const close of closers) close();
    expect(await failureOf(get(url, { idleRetries: 0 }))).toMatchObject({
      code: "INPUT_UNREACHABLE",
      retryable: true,
    });
    await rm(target());
    expect(await failureOf(get("http://no-such-host.invalid/a.mp4", { idleRetries: 0 }))).toMatchObject({
      code: "INPUT_UNREACHABLE",
      params: { host: "no-such-host.invalid" },
    });
  });

  test("ends with the signal's reason when aborted", async () => {
    const url = await serve((_request, response) => void response.writeHead(200, { "content-length": 10 }));
    const controller = new AbortController();
    const reason = new Error("canceled");
    setTimeout(() => controller.abort(reason), 100);
    await expect(
      download(url, target(), { policy: LOCAL, limits: LIMITS, signal: controller.signal }),
    ).rejects.toBe(reason);
  });
});

describe("the guard", () => {
  const NONE = { allowedPrivateCidrs: [] };

  test.each([
    "http://127.0.0.1:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://127.1:PORT/",
    "http://0.0.0.0:PORT/",
    "http://[::1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://localhost:PORT/",
    "http://user:secret@127.0.0.1:PORT/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x",
  ])("refuses %s and never connects", async (address) => {
    let contacts = 0;
    const url = await serve((request, response) => {
      contacts++;
      sendVideo(request, response);
    });
    const failure = await failureOf(
      guardedFetch(address.replace("PORT", new URL(url).port), { policy: NONE }),
    );
    expect(failure.code).toBe("INPUT_BLOCKED");
    expect(contacts).toBe(0);
  });

  test("says which block an admin would have to list", async () => {
    const failure = await failureOf(guardedFetch("http://127.0.0.1:9/x", { policy: NONE }));
    expect(failure.params).toEqual({ host: "127.0.0.1:9", cidr: "127.0.0.1/32" });
  });

  test("refuses user information even on an allowed address", async () => {
    const url = await serve((request, response) => sendVideo(request, response));
    const failure = await failureOf(
      guardedFetch(url.replace("http://", "http://user:secret@"), { policy: LOCAL }),
    );
    expect(failure.code).toBe("INPUT_BLOCKED");
    expect(JSON.stringify(failure)).not.toContain("secret");
  });

  test("a name with one private address among public ones is refused", async () => {
    const failure = await failureOf(
      guardedFetch("http://mixed.test/", {
        policy: NONE,
        resolve: async () => ["93.184.216.34", "10.0.0.1"],
      }),
    );
    expect(failure).toMatchObject({ code: "INPUT_BLOCKED", params: { cidr: "10.0.0.1/32" } });
  });

  test("a name that is rebound between look-ups connects only to what was checked", async () => {
    let contacts = 0;
    const url = await serve((request, response) => sendVideo(request, response));
    const port = Number(new URL(url).port);
    const canary = createServer((_request, response) => {
      contacts++;
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(port, "127.0.0.2", resolve));
    closers.push(() => canary.close());
    // A name server that answers with the allowed address first and with another one ever after.
    let asked = 0;
    const resolve = async () => [asked++ === 0 ? "127.0.0.1" : "127.0.0.2"];
    const options = { policy: { allowedPrivateCidrs: ["127.0.0.1/32"] }, resolve };
    const first = await guardedFetch(`http://rebind.test:${port}/`, options);
    await first.close();
    expect([first.status, asked]).toEqual([200, 1]);
    expect((await failureOf(guardedFetch(`http://rebind.test:${port}/`, options))).code).toBe(
      "INPUT_BLOCKED",
    );
    expect(contacts).toBe(0);
  });

  test("follows three redirects, checks each, and no fourth", async () => {
    const hops = (last: number): Promise<string> =>
      serve((request, response) => {
        const hop = Number(new URL(request.url ?? "", "http://x").searchParams.get("hop") ?? 0);
        if (hop === last) sendVideo(request, response);
        else response.writeHead(302, { location: `/?hop=${hop + 1}` }).end();
      });
    await get(await hops(3));
    await rm(target());
    expect((await failureOf(get(await hops(4), { idleRetries: 0 }))).evidence[0]).toMatch(/redirects/);
  });

  test.each([
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "http://[::1]/",
    "//10.0.0.1/x",
  ])("refuses a redirect to %s", async (location) => {
    const url = await serve((_request, response) => void response.writeHead(302, { location }).end());
    expect((await failureOf(get(url))).code).toBe("INPUT_BLOCKED");
  });

  test("knows no proxy of the environment", async () => {
    let contacts = 0;
    const proxy = await serve((_request, response) => {
      contacts++;
      response.end();
    });
    process.env["http_proxy"] = proxy;
    try {
      await get(await serve((request, response) => sendVideo(request, response)));
    } finally {
      delete process.env["http_proxy"];
    }
    expect(contacts).toBe(0);
  });
});

describe("partialFetch", () => {
  const MIB = 1024 ** 2;
  const big = randomBytes(20 * MIB);
  const fetchPart = (url: string) => partialFetch(url, target(), { policy: LOCAL });

  test("takes both ends by Range into a file of full length", async () => {
    const ranges: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      ranges.push(request.headers.range);
      sendVideo(request, response, big);
    });
    expect(await fetchPart(url)).toEqual({ totalBytes: big.length, isWhole: false });
    expect(ranges).toEqual([`bytes=0-${8 * MIB - 1}`, `bytes=${12 * MIB}-${20 * MIB - 1}`]);
    const file = await readFile(target());
    expect(file.length).toBe(big.length);
    expect(file.subarray(0, 8 * MIB).equals(big.subarray(0, 8 * MIB))).toBe(true);
    expect(file.subarray(8 * MIB, 12 * MIB).every((byte) => byte === 0)).toBe(true);
    expect(file.subarray(12 * MIB).equals(big.subarray(12 * MIB))).toBe(true);
  });

  test("takes a small file whole, with or without Range", async () => {
    const ranged = await serve((request, response) => sendVideo(request, response));
    expect(await fetchPart(ranged)).toEqual({ totalBytes: VIDEO.length, isWhole: true });
    await rm(target());
    const plain = await serve(
      (_request, response) => void response.writeHead(200, { "content-length": VIDEO.length }).end(VIDEO),
    );
    expect(await fetchPart(plain)).toEqual({ totalBytes: VIDEO.length, isWhole: true });
    expect((await readFile(target())).equals(VIDEO)).toBe(true);
  });

  test("names 404, pages and empty files like a download does", async () => {
    const gone = await serve((_request, response) => void response.writeHead(404).end());
    expect((await failureOf(fetchPart(gone))).code).toBe("INPUT_NOT_FOUND");
    await rm(target());
    const page = await serve(
      (_request, response) =>
        void response.writeHead(200, { "content-type": "text/html" }).end("<html></html>"),
    );
    expect((await failureOf(fetchPart(page))).params).toMatchObject({ detail: "html" });
    await rm(target());
    const empty = await serve(
      (_request, response) => void response.writeHead(416, { "content-range": "bytes */0" }).end(),
    );
    expect((await failureOf(fetchPart(empty))).params).toMatchObject({ detail: "empty" });
  });
});

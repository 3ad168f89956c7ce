import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { download, type DownloadLimits } from "#lib/fetch/download.ts";
import { closers, failureOf, LOCAL, sendVideo, serve, target, VIDEO } from "#lib/fetch/fetch-fixture.ts";

const LIMITS: DownloadLimits = {
  maxBytes: 10_000_000,
  minBytesPerSecond: 1_000,
  paceWindowMs: 400,
  stallMs: 1_000,
  connectTimeoutMs: 1_000,
  totalMs: 20_000,
  idleRetries: 1,
};
const get = (url: string, limits: Partial<DownloadLimits> = {}, policy = LOCAL) =>
  download(url, target(), { policy, limits: { ...LIMITS, ...limits } });

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

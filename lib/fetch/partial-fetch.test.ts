import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { failureOf, LOCAL, sendVideo, serve, target, VIDEO } from "#lib/fetch/fetch-fixture.ts";
import { partialFetch } from "#lib/fetch/partial-fetch.ts";

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

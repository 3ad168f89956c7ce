import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach } from "vitest";

import { type Failure, FailureError } from "#lib/errors.ts";

/** What tests of fetching share: servers on 127.0.0.1 and a folder, both gone after each test. */

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** Without it 127.0.0.1 is refused like every local address. */
export const LOCAL = { allowedPrivateCidrs: ["127.0.0.0/8"] };
export const VIDEO = randomBytes(300_000);

let folder: string;
export const closers: (() => void)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "vod-fetch-"));
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await rm(folder, { recursive: true });
});

/** Where a test's file goes. */
export const target = () => path.join(folder, "input");

/** Starts a server; `count` is 1 for its first request. Returns the address of a file on it. */
export async function serve(handler: Handler): Promise<string> {
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
export function sendVideo(request: IncomingMessage, response: ServerResponse, body = VIDEO): void {
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

/** The failure that a promise ends with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FailureError)) throw error;
  return error.failure;
}

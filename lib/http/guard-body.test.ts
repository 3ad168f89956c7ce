import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";

import { guardBody } from "#lib/http/guard-body.ts";

const WINDOW_MS = 60;
let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A server that counts a body and answers with its size. */
async function start(): Promise<number> {
  server = createServer((request, response) => {
    guardBody(request, WINDOW_MS);
    let size = 0;
    request.on("data", (chunk: Buffer) => (size += chunk.length));
    request.on("end", () => response.end(String(size)));
    request.on("error", () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Sends `piece` every `pauseMs`, until it has sent `size` bytes or was cut; answers with what came back. */
async function send(port: number, size: number, piece: number, pauseMs: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  const ended = new AbortController();
  socket.on("error", () => ended.abort());
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  void closed.then(() => ended.abort());
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`);
  for (let sent = 0; sent < size && !ended.signal.aborted; sent += piece) {
    socket.write("a".repeat(Math.min(piece, size - sent)));
    await sleep(pauseMs);
  }
  await closed;
  return answer;
}

test("a body that drips is cut", async () => {
  expect(await send(await start(), 2_000, 10, 15)).toBe("");
});

test("a body that stops is cut", async () => {
  expect(await send(await start(), 5_000_000, 4_999_999, 500)).toBe("");
});

test("a body that takes long but keeps coming is not", async () => {
  expect(await send(await start(), 60_000, 4_000, 20)).toMatch(/60000$/);
});

import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";

import {
  ensureDatabase,
  prepareCluster,
  startPostgres,
  type RunningPostgres,
} from "#lib/launcher/embedded-postgres.ts";
import { keepDatabase } from "#lib/launcher/keep-database.ts";

let folder = "";
const started: RunningPostgres[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "vod-embedded-"));
  chmodSync(folder, 0o711);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(port?: number): Promise<RunningPostgres> {
  const server = await startPostgres(prepareCluster(folder), port === undefined ? {} : { port });
  started.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  // The server may be killed under it.
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test("a new cluster asks for its password, checks its pages and knows letters beyond ASCII", async () => {
  const server = await start();
  await ensureDatabase(server, prepareCluster(folder), "vod");
  const url = server.url("vod");
  const names = ["data_checksums", "listen_addresses", "unix_socket_directories"];
  const settings = `SELECT setting FROM pg_settings WHERE name IN ('${names.join("', '")}') ORDER BY name`;
  expect(await query(server.url("postgres", "postgres"), settings)).toEqual([
    { setting: "on" },
    { setting: "127.0.0.1" },
    { setting: "" },
  ]);
  await query(url, "CREATE EXTENSION pg_trgm");
  expect(await query(url, "SELECT array_length(show_trgm('视频转码'), 1) AS n, lower('É') AS e")).toEqual([
    { n: 5, e: "é" },
  ]);
  expect(await query(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).toEqual([
    { rolsuper: false },
  ]);
  await expect(query(url.replace(/:[^:@]+@/, ":wrong@"), "SELECT 1")).rejects.toThrow(
    /password authentication failed/,
  );
  expect(statSync(path.join(folder, "password")).mode & 0o777).toBe(0o600);
});

test.runIf(process.getuid?.() === 0)("as root the server runs as somebody without rights", async () => {
  const server = await start();
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  expect(status).not.toMatch(/^Uid:\s+0/m);
  expect(status).toMatch(/^CapEff:\s+0+$/m);
});

test("after a crash it starts again on the same port with what was committed", async () => {
  const first = await start();
  const url = first.url("postgres", "postgres");
  await query(url, "CREATE TABLE kept AS SELECT 42 AS n");
  process.kill(first.pid, "SIGKILL");
  await first.ended;
  const second = await start(first.port);
  expect(await query(url, "SELECT n FROM kept")).toEqual([{ n: 42 }]);
  expect(second.pid).not.toBe(first.pid);
});

test("a server that a killed supervisor left behind is shut down and replaced", async () => {
  const first = await start();
  const second = await start();
  await first.ended;
  expect(await query(second.url("postgres", "postgres"), "SELECT 1 AS n")).toEqual([{ n: 1 }]);
});

test.runIf(process.platform === "linux")(
  "a pid file whose number is now another program's is no obstacle",
  async () => {
    const first = await start();
    const file = path.join(prepareCluster(folder).dataDir, "postmaster.pid");
    const lines = readFileSync(file, "utf8").split("\n");
    await first.stop();
    writeFileSync(file, [String(process.ppid), ...lines.slice(1)].join("\n"));
    const second = await start();
    expect(await query(second.url("postgres", "postgres"), "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  },
);

test("a password file that was lost is named", async () => {
  const server = await start();
  await server.stop();
  rmSync(path.join(folder, "password"));
  expect(() => prepareCluster(folder)).toThrow(/password is missing/);
});

test("kept running, it comes back at the same address by itself, and stops when asked", async () => {
  const said: string[] = [];
  const kept = await keepDatabase(folder, (sentence) => said.push(sentence));
  const pid = kept.pid();
  process.kill(pid, "SIGKILL");
  await expect.poll(() => kept.pid(), { timeout: 15_000 }).not.toBe(pid);
  await expect.poll(() => query(kept.url, "SELECT 1 AS n"), { timeout: 15_000 }).toEqual([{ n: 1 }]);
  expect(said.join()).toMatch(/it starts again/);
  await kept.stop();
  await sleep(100);
  await expect(query(kept.url, "SELECT 1")).rejects.toThrow(/ECONNREFUSED/);
});

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { lockDataDir } from "#lib/launcher/instance-lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "vod-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a second start on the same folder is refused with the first one's address", () => {
  const unlock = lockDataDir(folder, "http://127.0.0.1:3000");
  expect(() => lockDataDir(folder, "http://127.0.0.1:3001")).toThrow(
    /already runs on .+: http:\/\/127\.0\.0\.1:3000/,
  );
  unlock();
  expect(existsSync(path.join(folder, "supervisor.json"))).toBe(false);
  lockDataDir(folder, "http://127.0.0.1:3001")();
});

test("what a killed one left is taken over", () => {
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  const file = path.join(folder, "supervisor.json");
  writeFileSync(file, JSON.stringify({ pid: gone, startedTicks: "1", url: "http://127.0.0.1:3000" }));
  lockDataDir(folder, "http://127.0.0.1:3001")();
  writeFileSync(file, '{"pid":');
  lockDataDir(folder, "http://127.0.0.1:3001")();
});

test.runIf(process.platform === "linux")(
  "a process number that now belongs to another program holds nothing",
  () => {
    const left = { pid: process.pid, startedTicks: "1", url: "http://127.0.0.1:3000" };
    writeFileSync(path.join(folder, "supervisor.json"), JSON.stringify(left));
    lockDataDir(folder, "http://127.0.0.1:3001")();
  },
);

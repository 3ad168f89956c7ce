import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, expect, onTestFailed, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { processesWith } from "#lib/worker/worker-fixture.ts";

afterAll(stopBoss);

test("SIGTERM to npm ends the process that it was to run, in good order", { timeout: 60_000 }, async () => {
  const marker = `--npm-signal-${process.pid}`;
  const npm = spawn("npm", ["run", "worker", "--", marker], {
    env: { ...process.env, WORKER_SLOTS: "1", DRAIN_SECONDS: "1" },
    stdio: "ignore",
    detached: true,
  });
  // Whatever of it is left when this fails.
  onTestFailed(() => void process.kill(-(npm.pid ?? Number.NaN), "SIGTERM"));
  const ended = new Promise((resolve) => npm.once("exit", resolve));
  const states = async () => (await db().worker.findMany()).map(({ state }) => state);
  await expect.poll(states, { timeout: 40_000 }).toEqual(["online"]);
  expect(await processesWith(marker)).not.toEqual([]);
  // It stays while npm stays.
  await sleep(1_500);
  expect(await states()).toEqual(["online"]);

  npm.kill("SIGTERM");
  await ended;
  await expect.poll(states).toEqual(["offline"]);
  await expect.poll(() => processesWith(marker)).toEqual([]);
});

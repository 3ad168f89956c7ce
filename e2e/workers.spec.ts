import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { APIRequestContext } from "@playwright/test";

import { expect, expectAccessible, processesUnder, test } from "#e2e/support/journey.ts";
import { createTask, readTask, waitForStatus } from "#e2e/support/tasks.ts";
import type { WorkerView } from "#lib/workers/view.ts";

test("a worker is drained and resumed: meanwhile tasks wait, and say where they stand", async ({
  page,
  api,
  surroundings,
}) => {
  const source = { type: "url", url: surroundings.mediaUrl("clip.mp4") };
  // A run that has been measured.
  const first = await createTask(api, { source, outputPattern: "workers/first" });
  await waitForStatus(api, first.id, ["succeeded"]);

  await page.goto("/tasks");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Workers" }).click();
  await expect(page).toHaveURL(/\/workers$/);
  const worker = page.getByRole("list", { name: "Workers" }).getByRole("listitem").first();
  await expect(worker.getByText("Online")).toBeVisible();
  await expect(worker.getByText("0 of 2 in use")).toBeVisible();
  await expect(worker.getByText("libx264")).toBeVisible();
  await expectAccessible(page);

  await worker.getByRole("button", { name: /^Drain / }).click();
  await expect(worker.getByText("Draining")).toBeVisible();
  await expect(worker.getByText("It takes no more tasks, and runs none.")).toBeVisible();
  await expectAccessible(page);
  const waiting = await createTask(api, { source, outputPattern: "workers/waiting" });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await readTask(api, waiting.id)).toMatchObject({ status: "queued", queuePosition: 1 });
  await page.goto(`/tasks/${waiting.id}`);
  // Without a slot that takes tasks, no time is promised.
  await expect(page.getByText("Position 1 of 1 in the queue.").first()).toBeVisible();

  await page.goto("/workers");
  await worker.getByRole("button", { name: /^Resume / }).click();
  await expect(worker.getByText("Online")).toBeVisible();
  await waitForStatus(api, waiting.id, ["succeeded"]);
});

test("with every slot busy, a queued task says how long it will wait", async ({
  page,
  api,
  surroundings,
}) => {
  const source = { type: "url", url: surroundings.mediaUrl("slow/long.mp4") };
  const busy = [];
  for (const name of ["one", "two"])
    busy.push(await createTask(api, { source, outputPattern: `workers/busy-${name}`, priority: 5 }));
  for (const { id } of busy) await waitForStatus(api, id, ["running"]);
  const queued = await createTask(api, { source, outputPattern: "workers/queued" });
  expect((await readTask(api, queued.id)).waitSeconds).toEqual(expect.any(Number));
  await page.goto(`/tasks/${queued.id}`);
  await expect(
    page.getByText(/Position 1 of 1\. (Less than a minute|About \d+ minutes?)\./).first(),
  ).toBeVisible();
  await page.goto("/workers");
  await expect(page.getByRole("link", { name: "long.mp4" })).toHaveCount(2);
  for (const { id } of [queued, ...busy]) await api.post(`/api/v1/tasks/${id}/cancel`);
  for (const { id } of busy) await waitForStatus(api, id, ["canceled"]);
});

test("a worker that was stopped is shown as offline, with a warning beside the link, until it is removed", async ({
  page,
  api,
  surroundings,
}) => {
  const { items: before } = await listWorkers(api);
  const second = startSecondWorker(surroundings.productPid);
  try {
    await expect.poll(async () => (await listWorkers(api)).items.length).toBe(before.length + 1);
  } finally {
    second.kill("SIGTERM");
  }
  await expect
    .poll(async () => (await listWorkers(api)).items.filter(({ state }) => state === "offline").length)
    .toBe(1);

  await page.goto("/workers");
  const nav = page.getByRole("navigation", { name: "Main" });
  await expect(nav.getByText("1 worker offline")).toBeAttached();
  const gone = page.getByRole("list", { name: "Workers" }).getByRole("listitem").last();
  await expect(gone.getByText(/^Offline since /)).toBeVisible();
  await expectAccessible(page);
  await gone.getByRole("button", { name: /^Remove / }).click();
  await page.getByRole("button", { name: "Remove worker" }).click();
  await expect(page.getByText(/was removed$/)).toBeVisible();
  await expect(page.getByText(/^Offline since /)).toHaveCount(0);
  await expect(nav.getByText("1 worker offline")).toHaveCount(0);
  expect((await listWorkers(api)).items.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
});

async function listWorkers(api: APIRequestContext): Promise<{ items: WorkerView[] }> {
  return (await (await api.get("/api/v1/workers")).json()) as { items: WorkerView[] };
}

/** Another worker of the running product, as somebody would add one: with the settings of the first. */
function startSecondWorker(productPid: number): ChildProcess {
  const [first] = processesUnder(productPid, "lib/worker/main.ts");
  if (first === undefined) throw new Error("There is no worker.");
  const settings = readFileSync(`/proc/${first}/environ`, "utf8")
    .split("\0")
    .filter((line) => line.includes("="))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
  const env = { ...Object.fromEntries(settings), WORKER_SLOTS: "1" } as unknown as NodeJS.ProcessEnv;
  return spawn(process.execPath, [path.resolve("lib/worker/main.ts")], { env, stdio: "ignore" });
}

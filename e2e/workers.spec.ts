import { expect, expectAccessible, test } from "#e2e/support/journey.ts";
import { createTask, readTask, waitForStatus } from "#e2e/support/tasks.ts";

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
  await expect(page.getByText("Position 1 of 1 in the queue.")).toBeVisible();

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
  await expect(page.getByText(/Position 1 of 1\. (Less than a minute|About \d+ minutes?)\./)).toBeVisible();
  await page.goto("/workers");
  await expect(page.getByRole("link", { name: "long.mp4" })).toHaveCount(2);
  for (const { id } of [queued, ...busy]) await api.post(`/api/v1/tasks/${id}/cancel`);
  for (const { id } of busy) await waitForStatus(api, id, ["canceled"]);
});

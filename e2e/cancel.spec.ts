import { expect, processesUnder, test } from "#e2e/support/journey.ts";
import { createTask, published, readTask, waitForStatus, workFiles } from "#e2e/support/tasks.ts";

test("a running task is cancelled in the browser: no process, folder or file remains", async ({
  page,
  api,
  surroundings,
}) => {
  const source = { type: "url", url: surroundings.mediaUrl("long.mp4") };
  const task = await createTask(api, {
    source,
    templates: ["System_HLS_H264"],
    outputPattern: "canceled/running",
  });
  await page.goto(`/tasks/${task.id}`);
  await expect
    .poll(() => processesUnder(surroundings.productPid, "ffmpeg").length, { timeout: 60_000 })
    .toBeGreaterThan(0);
  // Live, without a reload.
  await expect(page.getByText("Transcoding").first()).toBeVisible();
  await expect(page).toHaveTitle(/^\d+ % long\.mp4/);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("button", { name: "Cancel task" }).click();
  await expect(page.getByText("Canceled").first()).toBeVisible({ timeout: 20_000 });
  await waitForStatus(api, task.id, ["canceled"]);
  await expect.poll(() => processesUnder(surroundings.productPid, "ffmpeg")).toEqual([]);
  await expect.poll(() => workFiles(surroundings.dataDir)).toEqual([]);
  expect(published(surroundings.dataDir, "canceled/")).toEqual([]);
});

test("a queued task is cancelled at once and never runs", async ({ api, surroundings }) => {
  const source = { type: "url", url: surroundings.mediaUrl("slow/long.mp4") };
  // Both slots are busy with these two.
  const busy = [];
  for (const name of ["one", "two"])
    busy.push(await createTask(api, { source, outputPattern: `canceled/busy-${name}`, priority: 5 }));
  for (const { id } of busy) await waitForStatus(api, id, ["running"]);
  const queued = await createTask(api, { source, outputPattern: "canceled/queued" });
  expect((await readTask(api, queued.id)).queuePosition).toBe(1);

  const answer = await api.post(`/api/v1/tasks/${queued.id}/cancel`);
  expect(answer.status()).toBe(200);
  const canceled = await readTask(api, queued.id);
  expect(canceled.status).toBe("canceled");
  expect(canceled.startedAt).toBeNull();
  expect((await api.post(`/api/v1/tasks/${queued.id}/cancel`)).status()).toBe(409);

  for (const { id } of busy) await api.post(`/api/v1/tasks/${id}/cancel`);
  for (const { id } of busy) await waitForStatus(api, id, ["canceled"]);
  expect(processesUnder(surroundings.productPid, "ffmpeg")).toEqual([]);
  expect(published(surroundings.dataDir, "canceled/")).toEqual([]);
});

test("a deleted task is gone, its files only when asked", async ({ api, surroundings, suffix }) => {
  const folder = `deleted${suffix}/`;
  const source = { type: "url", url: surroundings.mediaUrl("clip.mp4") };
  const kept = await createTask(api, { source, outputPattern: `${folder}kept` });
  const gone = await createTask(api, {
    source,
    outputPattern: `${folder}gone`,
    templates: ["System_HLS_H264"],
  });
  for (const { id } of [kept, gone]) await waitForStatus(api, id, ["succeeded"]);
  expect((await api.delete(`/api/v1/tasks/${kept.id}`)).status()).toBe(204);
  expect((await api.delete(`/api/v1/tasks/${gone.id}?files=true`)).status()).toBe(204);
  for (const { id } of [kept, gone]) expect((await api.get(`/api/v1/tasks/${id}`)).status()).toBe(404);
  await expect.poll(() => published(surroundings.dataDir, folder)).toEqual([`${folder}kept.mp4`]);
});

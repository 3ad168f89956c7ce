import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { expect, expectAccessible, test } from "#e2e/support/journey.ts";
import { createTask, outputFolder, readTask, waitForStatus } from "#e2e/support/tasks.ts";

test("of a partial task only the failed job runs again; the other's file stays as it was", async ({
  page,
  api,
  surroundings,
  suffix,
}) => {
  const folder = `retry${suffix}`;
  const output = outputFolder(surroundings.dataDir);
  // A file where the second job needs a folder.
  const obstacle = path.join(output, folder, "System_Audio_AAC");
  mkdirSync(path.dirname(obstacle), { recursive: true, mode: 0o777 });
  writeFileSync(obstacle, "in the way");
  const task = await createTask(api, {
    source: { type: "url", url: surroundings.mediaUrl("clip.mp4") },
    templates: ["System_MP4_H264", "System_Audio_AAC"],
    outputPattern: `${folder}/{template}/clip`,
  });
  await waitForStatus(api, task.id, ["partial"]);
  const kept = path.join(output, folder, "System_MP4_H264", "clip.mp4");
  const before = { hash: hashOf(kept), modified: statSync(kept, { bigint: true }).mtimeNs };

  await page.goto(`/tasks/${task.id}`);
  await expect(page.getByText("Partial: 1 of 2 jobs").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Retry System_Audio_AAC" })).toHaveCount(2);
  await expectAccessible(page);
  rmSync(obstacle);
  await page.getByRole("button", { name: "Retry failed jobs" }).click();
  await expect(page.getByText("1 job runs again")).toBeVisible();
  await waitForStatus(api, task.id, ["succeeded"]);
  await expect(page.getByRole("listitem").filter({ hasText: "retried by" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Retry failed jobs" })).toHaveCount(0);
  await expectAccessible(page);

  expect({ hash: hashOf(kept), modified: statSync(kept, { bigint: true }).mtimeNs }).toEqual(before);
  const after = await readTask(api, task.id);
  expect(after.jobs.map((job) => [job.status, job.attempt])).toEqual([
    ["succeeded", 1],
    ["succeeded", 2],
  ]);
});

test("failed tasks are retried from the list, one by its menu, several by the bar", async ({
  page,
  api,
  surroundings,
}) => {
  const source = { type: "url", url: surroundings.mediaUrl("retry-not-there.mp4") };
  const failed = [];
  for (const name of ["one", "two"])
    failed.push(await createTask(api, { source, outputPattern: `retry/${name}` }));
  const done = await createTask(api, {
    source: { type: "url", url: surroundings.mediaUrl("clip.mp4") },
    outputPattern: "retry/done",
  });
  for (const { id } of failed) await waitForStatus(api, id, ["failed"]);
  await waitForStatus(api, done.id, ["succeeded"]);
  const [first] = failed;
  if (first === undefined) throw new Error("There is no task.");

  await page.goto(`/tasks?q=retry-not-there`);
  await page
    .getByRole("row")
    .filter({ hasText: first.id })
    .getByRole("button", { name: /^Actions for/ })
    .click();
  await page.getByRole("menuitem", { name: "Retry failed jobs" }).click();
  await expect(page.getByRole("alertdialog").or(page.getByRole("dialog"))).toContainText("1 job runs again.");
  await page.getByRole("button", { name: "Retry 1 job" }).click();
  await expect(page.getByText("retry-not-there.mp4 is queued again")).toBeVisible();
  await expect.poll(async () => (await readTask(api, first.id)).attempt).toBe(2);
  await waitForStatus(api, first.id, ["failed"]);

  // Of three, two can be retried; the dialog says so.
  await page.goto("/tasks");
  for (const { id } of [...failed, done])
    await page.getByRole("row").filter({ hasText: id }).getByRole("checkbox").check();
  await page.getByRole("toolbar").getByRole("button", { name: "Retry failed jobs" }).click();
  await expect(page.getByText("2 of 3 can be retried")).toBeVisible();
  await page.getByRole("button", { name: "Retry 2 tasks" }).click();
  await expect(page.getByText("2 tasks are queued again")).toBeVisible();
  for (const { id } of failed)
    await expect.poll(async () => (await readTask(api, id)).attempt).toBeGreaterThan(1);
  expect((await readTask(api, done.id)).attempt).toBe(1);
});

const hashOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

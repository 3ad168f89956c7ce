import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { APIRequestContext, Page } from "@playwright/test";

import { expect, test } from "#e2e/support/journey.ts";
import { createTask, readTask, SETTLED, waitForStatus } from "#e2e/support/tasks.ts";

/** Steps 2 and 3 of the source document: VOD, Task, the button. */
async function openCreate(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.getByRole("navigation").getByText("VOD", { exact: true })).toBeVisible();
  await page.getByRole("navigation").getByRole("link", { name: "Task" }).click();
  await page.getByRole("link", { name: "Create a new Task" }).first().click();
  await expect(page.getByRole("heading", { name: "Create a new Task" })).toBeVisible();
}

/** Step 5. Templates are remembered from the last time, so a card may be chosen already. */
async function chooseTemplate(page: Page, name: string): Promise<void> {
  await page.getByRole("radio", { name: "Custom Template" }).click();
  await page.getByRole("radio", { name: "Predefined" }).click();
  for (const card of await page
    .getByRole("group", { name: "Template" })
    .getByRole("checkbox", { checked: true })
    .all())
    await card.uncheck();
  await page.getByRole("checkbox", { name: new RegExp(name) }).check();
}

/** Step 6 and Confirm. */
async function chooseOutputAndConfirm(page: Page, filename: string): Promise<string> {
  await page.getByRole("button", { name: "Select an Output" }).click();
  await page.getByRole("option", { name: /local/ }).click();
  await page.getByLabel("Output Filename").fill(filename);
  await page.getByRole("button", { name: /^Confirm/ }).click();
  await page.waitForURL(/\/tasks\/tsk_[0-9a-z]{26}/);
  return /tsk_[0-9a-z]{26}/.exec(page.url())?.[0] ?? "";
}

/** Fetches the primary as a player would, and decodes what came. */
async function decodePrimary(api: APIRequestContext, id: string): Promise<void> {
  const [job] = (await readTask(api, id)).jobs;
  const answer = await api.get(job?.primary?.url ?? "");
  expect(answer.status()).toBe(200);
  const folder = mkdtempSync(path.join(os.tmpdir(), "vod-decode-"));
  const file = path.join(folder, "primary");
  writeFileSync(file, await answer.body());
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-xerror", "-i", file, "-f", "null", "-"]);
  rmSync(folder, { recursive: true });
}

test("Video URL: probed before Confirm, watched until succeeded, fetched and decoded", async ({
  page,
  api,
  surroundings,
  suffix,
}) => {
  await openCreate(page);
  await page.getByRole("radio", { name: "Video URL" }).click();
  await page.getByRole("textbox", { name: "Video URL" }).fill(surroundings.mediaUrl("clip.mp4"));
  await expect(page.getByText("Readable")).toBeVisible();
  await expect(page.getByText(/640×360/).first()).toBeVisible();
  await chooseTemplate(page, "System_MP4_H264");
  const id = await chooseOutputAndConfirm(page, `walk${suffix}/{input_name}-url`);
  await expect(page.getByRole("button", { name: /^Play/ }).first()).toBeVisible({ timeout: 60_000 });
  expect((await readTask(api, id)).jobs[0]?.primaryPath).toBe(`walk${suffix}/clip-url.mp4`);
  await decodePrimary(api, id);
});

test("Upload Video: a local file, Confirm at once, plays in the browser", async ({
  page,
  api,
  surroundings,
}) => {
  await openCreate(page);
  await page.getByRole("radio", { name: "Upload Video" }).click();
  await page.locator('input[type="file"]').setInputFiles(surroundings.mediaFile("portrait"));
  await expect(page.getByText("portrait.mp4").first()).toBeVisible();
  await chooseTemplate(page, "System_MP4_H264");
  const id = await chooseOutputAndConfirm(page, "walk/{input_name}-upload");
  await waitForStatus(api, id, ["succeeded"]);
  await decodePrimary(api, id);
  const task = await readTask(api, id);
  const video = task.jobs[0]?.result?.primary.video[0];
  expect([video?.width, video?.height]).toEqual([360, 640]);
});

test("Sample Video: HLS ladder plays in the browser", async ({ page, api }) => {
  await openCreate(page);
  await page.getByRole("radio", { name: "Sample Video" }).click();
  const samples = page.getByRole("group", { name: "Sample Video" }).getByRole("radio");
  await expect(samples).not.toHaveCount(0);
  expect(await samples.count()).toBeGreaterThanOrEqual(4);
  await samples.first().check();
  await chooseTemplate(page, "System_HLS_H264");
  const id = await chooseOutputAndConfirm(page, "walk/{input_name}-sample");
  await waitForStatus(api, id, SETTLED, 110_000);
  await page.getByRole("button", { name: /^Play/ }).first().click();
  const video = page.locator("video");
  await expect
    .poll(() => video.evaluate((element: HTMLVideoElement) => element.videoWidth), { timeout: 30_000 })
    .toBeGreaterThan(0);
  await expect
    .poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime), { timeout: 30_000 })
    .toBeGreaterThan(0.5);
});

test("several templates make several jobs of one task, each with its own name", async ({
  page,
  api,
  surroundings,
}) => {
  const source = { type: "url", url: surroundings.mediaUrl("clip.mp4") };
  const templates = [
    "System_MP4_H264",
    "System_HLS_H264",
    "System_DASH_MP4_H264",
    "System_Audio_AAC",
    "System_MP4_H265",
  ];
  const task = await createTask(api, { source, templates, outputPattern: "several/all" });
  await page.goto(`/tasks/${task.id}`);
  const ended = await waitForStatus(api, task.id, SETTLED, 110_000);
  expect(ended.status, JSON.stringify(ended.jobs.map((job) => job.failure))).toBe("succeeded");
  expect(new Set(ended.jobs.map((job) => job.primaryPath)).size).toBe(5);
  for (const template of templates) await expect(page.getByText(template).first()).toBeVisible();
  // One decode for all: one ffmpeg command made the five of them.
  const log = (await (await api.get(`/api/v1/tasks/${task.id}/logs`)).json()) as {
    lines: { level: string }[];
  };
  expect(log.lines.filter((line) => line.level === "command")).toHaveLength(1);
});

test("the same Idempotency-Key ten times at once makes one task", async ({ api, surroundings, suffix }) => {
  const outputs = (await (await api.get("/api/v1/outputs")).json()) as { items: { id: string }[] };
  const data = {
    source: { type: "url", url: surroundings.mediaUrl("clip.mp4") },
    templates: ["System_Audio_AAC"],
    outputId: outputs.items[0]?.id,
    outputPattern: "idempotent/one",
  };
  const headers = { "Idempotency-Key": `e2e-ten-at-once${suffix}` };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => api.post("/api/v1/tasks", { data, headers })),
  );
  const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id));
  expect(new Set(ids).size).toBe(1);
  expect(
    answers
      .map((answer) => answer.status())
      .sort()
      .slice(0, 9),
  ).toEqual(Array(9).fill(200));
  const other = await api.post("/api/v1/tasks", {
    data: { ...data, outputPattern: "idempotent/two" },
    headers,
  });
  expect(other.status()).toBe(409);
});

import { expect, test } from "#e2e/support/journey.ts";
import { createTask, waitForStatus } from "#e2e/support/tasks.ts";

const SPEC = {
  container: "mp4",
  video: {
    codec: "h264",
    preset: "ultrafast",
    renditions: [{ name: "small", width: 320, height: 180, rateControl: { mode: "crf", crf: 30 } }],
  },
  audio: { codec: "aac" },
  quality: { ssim: true, psnr: true },
};

test("what will be made is shown before Confirm, and beside what came of it afterwards", async ({
  page,
  api,
  surroundings,
  baseURL,
  suffix,
}) => {
  const name = `Compared${suffix}`;
  const made = await api.post("/api/v1/templates", { data: { name, spec: SPEC } });
  expect(made.status(), await made.text()).toBe(201);
  const source = { type: "url", url: surroundings.mediaUrl("clip.mp4") };
  // What a worker did before is what the next one is judged by.
  const before = await createTask(api, { source, templates: [name], outputPattern: "preflight/first" });
  await waitForStatus(api, before.id, ["succeeded"]);

  await page.goto(`/tasks/new?from=${before.id}`);
  const rehearsed = page.getByRole("region", { name: "What will be made" }).first();
  await expect(rehearsed).toContainText("320×180", { timeout: 30_000 });
  await expect(rehearsed).toContainText(/about \d.* · about \d.* of encoding/);
  await page.context().addCookies([{ name: "vod_locale", value: "zh-CN", url: baseURL ?? "" }]);
  await page.reload();
  await expect(page.getByRole("region", { name: "预计产出" }).first()).toContainText(/编码约需/, {
    timeout: 30_000,
  });
  await page.context().addCookies([{ name: "vod_locale", value: "en", url: baseURL ?? "" }]);
  await page.reload();

  await page.getByRole("button", { name: /^Confirm/ }).click();
  await page.waitForURL(/\/tasks\/tsk_[0-9a-z]{26}/);
  const id = /tsk_[0-9a-z]{26}/.exec(page.url())?.[0] ?? "";
  const task = await waitForStatus(api, id, ["succeeded"]);
  const [video] = task.jobs[0]?.result?.renditions ?? [];
  expect(video?.quality?.ssim?.average).toBeGreaterThan(0.5);
  expect(task.jobs[0]?.plan?.prediction?.sizeBytes).toBeGreaterThan(0);
  await page.getByRole("button", { name, expanded: false }).click();
  await expect(page.getByText(/^SSIM 0\.\d{4}$/)).toBeVisible();
  await expect(page.getByText(/^PSNR \d+\.\d dB$/)).toBeVisible();
  await expect(page.getByRole("img", { name: "SSIM of small, second by second" })).toBeVisible();
  await expect(page.getByText(/^Worst seconds: 0:0\d \(/).first()).toBeVisible();
  await expect(page.getByText(/Expected about .* came to .* took /)).toBeVisible();
});

test("Confirm stays where it is while more and more is known of what it will make", async ({
  page,
  surroundings,
}) => {
  const looked = Promise.withResolvers<undefined>();
  await page.route("**/api/v1/probes**", async (route) => {
    await looked.promise;
    await route.continue();
  });
  await page.goto("/tasks/new");
  await page.getByRole("radio", { name: "Video URL" }).click();
  await page.getByRole("textbox", { name: "Video URL" }).fill(surroundings.mediaUrl("clip.mp4"));
  await page.getByRole("radio", { name: "Predefined" }).click();
  for (const name of [/System_MP4_H264/, /System_HLS_H264/])
    await page.getByRole("checkbox", { name }).check();
  const place = async () => {
    await page.evaluate(() => scrollTo(0, 0));
    return page.getByRole("button", { name: /^Confirm/ }).boundingBox();
  };
  const before = await place();
  looked.resolve(undefined);
  await expect(page.getByRole("region", { name: "What will be made" }).first()).toContainText("640×360");
  expect(await place()).toEqual(before);
});

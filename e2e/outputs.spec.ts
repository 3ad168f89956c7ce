import path from "node:path";

import { expect, expectAccessible, test } from "#e2e/support/journey.ts";
import { filesBelow, waitForStatus } from "#e2e/support/tasks.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";

test("a local Output is added, tested, used by a task, changed, and archived", async ({
  page,
  api,
  surroundings,
  suffix,
}) => {
  const first = `Journey${suffix}`;
  const second = `${first}'s end`;
  const folder = path.join(surroundings.dataDir, "outputs", `journey${suffix}`);
  await page.goto("/");
  await page.getByRole("navigation").getByRole("link", { name: "Outputs" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Outputs" })).toBeVisible();
  await page.getByRole("link", { name: "Add an Output" }).click();

  // A folder outside of OUTPUT_ROOTS: told at its field, with the roots.
  await page.getByRole("radio", { name: "Local" }).click();
  await page.getByLabel("Name", { exact: true }).fill(first);
  await page.getByLabel("Folder").fill("/srv/elsewhere");
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByLabel("Folder")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText(/^This folder can't be used: it lies outside of .*outputs/)).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("Folder").fill(folder);
  await page.getByRole("button", { name: "Test connection" }).click();
  const steps = page.getByRole("region", { name: "Connection test" }).getByRole("listitem");
  await expect(steps).toHaveText(["Folder found", "Access", "Write", "Read back", "Delete"]);
  expect(filesBelow(folder)).toEqual([]);
  await page.getByRole("button", { name: "Save Output" }).click();
  await page.waitForURL(/\/outputs$/);
  const row = page.getByRole("row").filter({ hasText: first });
  await expect(row).toContainText("All checks passed");
  await expect(row).toContainText("No tasks");

  // Create a new Task has it, and its files arrive there.
  await page.goto("/tasks/new");
  await page.getByRole("radio", { name: "Video URL" }).click();
  await page.getByRole("textbox", { name: "Video URL" }).fill(surroundings.mediaUrl("clip.mp4"));
  await page.getByRole("radio", { name: "Predefined" }).click();
  await page.getByRole("checkbox", { name: /System_MP4_H264/ }).check();
  await page.getByRole("button", { name: "Select an Output" }).click();
  await page.getByRole("option").filter({ hasText: first }).click();
  await page.getByLabel("Output Filename").fill("{input_name}");
  await page.getByRole("button", { name: /^Confirm/ }).click();
  await page.waitForURL(/\/tasks\/tsk_/);
  const taskId = /tsk_[0-9a-z]{26}/.exec(page.url())?.[0] ?? "";
  await waitForStatus(api, taskId, ["succeeded"]);
  await expect.poll(() => filesBelow(folder)).toEqual(["clip.mp4"]);

  // Its place is fixed now; its name is not.
  await page.getByRole("link", { name: first, exact: true }).click();
  await expect(page.getByLabel("Folder")).toHaveAttribute("readonly", "");
  await expect(page.getByText("Tasks have files here")).toBeVisible();
  await expect(page.getByRole("link", { name: "1 task" })).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill(second);
  await page.getByLabel("Callback URL").fill("https://hooks.example.com/vod?token=1");
  await page.getByRole("button", { name: "Save Output" }).click();
  await expect(page.getByRole("heading", { level: 1, name: second })).toBeVisible();
  await page.getByRole("button", { name: "Signing secret" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("whsec_");
  await page.getByRole("alertdialog").getByRole("button", { name: "Close" }).first().click();
  await expectAccessible(page);

  await page.getByRole("button", { name: `Actions for ${second}` }).click();
  await expect(page.getByRole("menuitem", { name: /Delete/ })).toHaveAttribute("aria-disabled", "true");
  await page.getByRole("menuitem", { name: "Archive", exact: true }).click();
  await page.getByRole("button", { name: "Archive Output" }).click();
  await expect(page.getByText("This Output is archived")).toBeVisible();
  await page.getByRole("link", { name: "Outputs" }).first().click();
  await expect(row).toBeHidden();
  await page.getByRole("tab", { name: /Archived/ }).click();
  await expect(page.getByRole("row").filter({ hasText: second })).toBeVisible();
  await expectAccessible(page);
});

test("a bucket that cannot be reached is saved only after a warning, and its keys are replaced, never shown", async ({
  page,
}) => {
  await page.goto("/outputs/new");
  await page.getByRole("radio", { name: "OSS" }).click();
  await expect(page.getByLabel("Endpoint")).toHaveValue("https://s3.oss-cn-hangzhou.aliyuncs.com");
  await page.getByLabel("Region").fill("cn-beijing");
  await expect(page.getByLabel("Endpoint")).toHaveValue("https://s3.oss-cn-beijing.aliyuncs.com");
  await page.getByRole("button", { name: "Save Output" }).click();
  await expect(page.getByText("4 fields need a change")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
  await expectAccessible(page);

  await page.getByRole("radio", { name: "MinIO" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Nowhere");
  // Nothing listens there.
  await page.getByLabel("Endpoint").fill("http://127.0.0.1:9");
  await page.getByLabel("Bucket").fill("media");
  await page.getByLabel("Access key").fill("AKEXAMPLE");
  await page.getByLabel("Secret").fill("not shown again");
  await page.getByRole("button", { name: "Save Output" }).click();
  await expect(page.getByText("Give the secret, without spaces.")).toBeVisible();
  await page.getByLabel("Secret").fill("canary-secret");
  await page.getByRole("button", { name: "Save Output" }).click();
  const warning = page.getByRole("alertdialog", { name: /Save Nowhere although its test failed/ });
  await expect(warning).toContainText("The server doesn't answer: ECONNREFUSED. Tasks would fail.");
  await expectAccessible(page);
  await warning.getByRole("button", { name: "Save anyway" }).click();
  await page.waitForURL(/\/outputs$/);
  await page.getByRole("link", { name: "Nowhere" }).click();
  await expect(page.getByText("An access key and its secret are stored encrypted")).toBeVisible();
  expect(await page.content()).not.toContain("canary-secret");
  await page.getByRole("button", { name: "Replace secret" }).click();
  await expect(page.getByLabel("Secret")).toHaveValue("");
  await page.getByRole("button", { name: "Keep the stored secret" }).click();
  await page.getByRole("button", { name: "Actions for Nowhere" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete Output" }).click();
  await page.waitForURL(/\/outputs$/);
  await expect(page.getByRole("link", { name: "Nowhere" })).toBeHidden();
});

test("an operator's key reads Outputs without secrets and changes none", async ({ api }) => {
  const { items } = (await (await api.get("/api/v1/outputs")).json()) as { items: OutputDetail[] };
  const [first] = items;
  expect(first).toMatchObject({ type: "local", folder: null });
  const id = first?.id ?? "";
  for (const answer of [
    await api.post("/api/v1/outputs", { data: {} }),
    await api.patch(`/api/v1/outputs/${id}`, { data: { name: "x" } }),
    await api.post(`/api/v1/outputs/${id}/archive`),
    await api.post(`/api/v1/outputs/${id}/test`),
    await api.delete(`/api/v1/outputs/${id}`),
  ])
    expect(answer.status()).toBe(403);
  expect((await api.get("/api/v1/outputs/out_00000000000000000000000000")).status()).toBe(404);
});

import type { Locator, Page } from "@playwright/test";

import { expect, expectAccessible, test } from "#e2e/support/journey.ts";
import { createTask, waitForStatus } from "#e2e/support/tasks.ts";

/** Keeps back what a page fetches after it stands, so that the first use of a part finds it missing. */
async function holdLateScripts(page: Page): Promise<() => void> {
  const released = Promise.withResolvers<undefined>();
  let isLate = false;
  page.on("load", () => (isLate = true));
  await page.route("**/_next/static/chunks/*.js*", async (route) => {
    if (isLate) await released.promise;
    await route.continue();
  });
  return () => released.resolve(undefined);
}

async function expectFocusInside(popup: Locator): Promise<void> {
  await expect.poll(() => popup.evaluate((element) => element.contains(document.activeElement))).toBe(true);
}

test("a row's menu and its dialog work by keyboard, and give the focus back", async ({
  page,
  api,
  surroundings,
}) => {
  const task = await createTask(api, {
    source: { type: "url", url: surroundings.mediaUrl("missing.mp4") },
    outputPattern: "lazy/row",
  });
  await waitForStatus(api, task.id, ["failed"]);
  await page.goto(`/tasks?q=${task.id}`);
  const trigger = page
    .getByRole("row")
    .filter({ hasText: task.id })
    .getByRole("button", { name: /^Actions/ });
  const menu = page.getByRole("menu");
  await expect(trigger).toHaveAttribute("aria-haspopup", "menu");
  await expect(trigger).toHaveAttribute("aria-expanded", "false");
  for (const key of ["Enter", "Enter", "ArrowDown"]) {
    await trigger.focus();
    await page.keyboard.press(key);
    await expect(menu).toBeVisible();
    await expect(trigger).toHaveAttribute("aria-expanded", "true");
    await expect(menu.getByRole("menuitem").first()).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(menu).toBeHidden();
    await expect(trigger).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expectAccessible(page);
  await menu.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("alertdialog");
  await expectFocusInside(dialog);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(trigger).toBeFocused();
});

test("what is used before its code is there opens when it comes", async ({ page }) => {
  const release = await holdLateScripts(page);
  await page.goto("/tasks");
  const account = page.getByRole("button", { name: /account/i });
  await expect(async () => {
    await account.click();
    await expect(page.getByRole("menu")).toBeHidden({ timeout: 100 });
  }).toPass();
  release();
  await expect(page.getByRole("menu")).toBeVisible();
  await expectFocusInside(page.getByRole("menu"));
  await page.keyboard.press("Escape");
  await expect(account).toBeFocused();
});

test("filters open beside their button with the mouse, the drawer on a phone", async ({ page }) => {
  await page.goto("/tasks");
  const filter = page.getByRole("button", { name: "Filter", exact: true }).first();
  await filter.click();
  const panel = page.getByRole("dialog");
  await expect(panel.getByLabel("Failed")).toBeVisible();
  await expectFocusInside(panel);
  await filter.click();
  await expect(panel).toBeHidden();
  await page.setViewportSize({ width: 390, height: 844 });
  const open = page.getByRole("banner").getByRole("button").first();
  await open.click();
  await expect(page.getByRole("dialog").getByRole("navigation")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(open).toBeFocused();
});

test("a blocked button says why on hover and on focus", async ({ page }) => {
  // What is heard live is written by the page's scripts: they are there.
  const live = page.getByText("Live", { exact: true }).locator("visible=true").first();
  await page.goto("/tasks");
  const newer = page.getByRole("button", { name: "Newer" });
  const words = page.getByText("These are the newest tasks").locator("visible=true");
  await expect(newer).toHaveAccessibleDescription("These are the newest tasks");
  await expect(live).toBeVisible();
  // A pointer or a focus that comes in the moment in which the tooltip's code arrives has to come again.
  await expect(async () => {
    await page.mouse.move(10, 10);
    await newer.hover();
    await expect(words).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 15_000 });
  await words.hover();
  await expect(words).toBeVisible();
  await page.mouse.move(10, 10);
  await expect(words).toBeHidden();
  await page.reload();
  await expect(live).toBeVisible();
  await expect(async () => {
    await newer.focus();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Tab");
    await expect(words).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 15_000 });
  await expect(newer).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(words).toBeHidden();
});

test("an Output is chosen and a variable inserted by keyboard", async ({ page }) => {
  await page.goto("/tasks/new");
  const select = page.getByRole("button", { name: "Select an Output" });
  await select.focus();
  await page.keyboard.press("Enter");
  const search = page.getByRole("combobox");
  await expect(search).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(search).toBeHidden();
  await expect(select).toBeFocused();
  const name = page.getByRole("textbox", { name: "Output Filename" });
  await page.getByRole("button", { name: "Insert" }).press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(name).toBeFocused();
  await expect(name).toHaveValue(/^\{input_name\}.*\{input_name\}/);
});

test("a log's level is chosen by keyboard, and the tab of the address is in the page that is served", async ({
  page,
  api,
  surroundings,
}) => {
  const task = await createTask(api, {
    source: { type: "url", url: surroundings.mediaUrl("clip.mp4") },
    outputPattern: "lazy/log",
  });
  await waitForStatus(api, task.id, ["succeeded"]);
  await page.goto(`/tasks/${task.id}`);
  await page.getByRole("tab", { name: /Log/ }).click();
  await expect(page).toHaveURL(/tab=logs/);
  const level = page.getByRole("combobox", { name: /level/i });
  await expect(level).toHaveText("All lines");
  await level.press("ArrowDown");
  await expect(page.getByRole("listbox")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("listbox")).toBeHidden();
  await expect(level).toBeFocused();
  await expect(level).not.toHaveText("All lines");
  const served = await page.request.get(`/tasks/${task.id}?tab=json`);
  expect(await served.text()).toContain("cURL");
});

import type { Locator, Page, Route } from "@playwright/test";

import { expect, expectAccessible, test } from "#e2e/support/journey.ts";
import { createTask, waitForStatus } from "#e2e/support/tasks.ts";

/** Stops at the scripts that a page fetches beyond those it was served with: the first use of a part finds it missing. */
async function onLateScript(
  page: Page,
  path: string,
  handle: (route: Route) => Promise<void>,
): Promise<void> {
  const served = await (await page.request.get(path)).text();
  await page.route("**/_next/static/chunks/*.js*", (route) => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1) ?? "";
    return served.includes(name) ? route.continue() : handle(route);
  });
}

/** Keeps such scripts back until the returned function is called. */
async function holdLateScripts(page: Page, path: string): Promise<() => void> {
  const released = Promise.withResolvers<undefined>();
  await onLateScript(page, path, async (route) => {
    await released.promise;
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
  const release = await holdLateScripts(page, "/tasks");
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

test("a blocked button says why on hover and on focus, also to whom came before the words' code", async ({
  page,
}) => {
  // What is heard live is written by the page's scripts: they are there.
  const live = page.getByText("Live", { exact: true }).locator("visible=true").first();
  const newer = page.getByRole("button", { name: "Newer" });
  const words = page.getByText("These are the newest tasks").locator("visible=true");
  const releasePointer = await holdLateScripts(page, "/tasks");
  await page.goto("/tasks");
  await expect(newer).toHaveAccessibleDescription("These are the newest tasks");
  await expect(live).toBeVisible();
  await newer.hover();
  await expect(words).toBeHidden();
  releasePointer();
  await expect(words).toBeVisible();
  // They may be moved by a list that is read again, and go when the pointer meets something else.
  await expect(async () => {
    await newer.hover();
    await words.hover({ timeout: 3_000 });
    await expect(words).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.mouse.move(10, 10);
  await expect(words).toBeHidden();
  await newer.hover();
  await expect(words).toBeVisible();
  await page.mouse.move(10, 10);

  await page.unrouteAll();
  const releaseFocus = await holdLateScripts(page, "/tasks");
  await page.reload();
  await expect(live).toBeVisible();
  await newer.focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  await expect(words).toBeHidden();
  releaseFocus();
  await expect(words).toBeVisible();
  await expect(newer).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(words).toBeHidden();
});

test.describe("a server that is away when a part is wanted", () => {
  test.use({ expectedComplaints: [/net::ERR_/] });

  test("is said, and the part opens when it is tried again", async ({ page, api, surroundings }) => {
    const task = await createTask(api, {
      source: { type: "url", url: surroundings.mediaUrl("missing.mp4") },
      outputPattern: "lazy/away",
    });
    await waitForStatus(api, task.id, ["failed"]);
    const path = `/tasks/${task.id}`;
    let isAway = true;
    await onLateScript(page, path, (route) => (isAway ? route.abort() : route.continue()));
    await page.goto(path);
    const said = page.getByRole("alert").filter({ hasText: "A part of this page couldn't be loaded" });

    const menu = page.getByRole("menu");
    await page.getByRole("button", { name: /account/i }).click();
    await expect(said).toBeVisible();
    await expectAccessible(page);
    isAway = false;
    await said.getByRole("button", { name: "Try again" }).click();
    await expect(menu).toBeVisible();
    await expectFocusInside(menu);
    await expect(said).toBeHidden();
    await page.keyboard.press("Escape");

    isAway = true;
    await page.getByRole("tab", { name: "JSON" }).click();
    await expect(said).toBeVisible();
    await expectAccessible(page);
    isAway = false;
    await said.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByText("cURL").first()).toBeVisible();
    await expect(said).toBeHidden();
  });
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
  await expect(page.getByRole("menuitem").first()).toBeFocused();
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

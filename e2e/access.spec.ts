import type { Browser, Page } from "@playwright/test";

import { ADMIN, expect, expectAccessible, test } from "#e2e/support/journey.ts";

const PASSWORD = "a horse of another colour";

/** A browser of somebody else, signed out. */
async function otherPage(browser: Browser, baseURL: string | undefined): Promise<Page> {
  const context = await browser.newContext({
    ...(baseURL === undefined ? {} : { baseURL }),
    storageState: { cookies: [], origins: [] },
  });
  return context.newPage();
}

/** Nothing is wider than a small phone. */
async function expectReflow(page: Page): Promise<void> {
  const size = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize({ width: 320, height: 700 });
  const isWide = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
  expect(isWide, `${page.url()} scrolls sideways at 320 px`).toBe(false);
  await page.setViewportSize(size);
}

async function readOnce(page: Page): Promise<string[]> {
  const dialog = page.getByRole("alertdialog");
  const values = await dialog.locator("code").allTextContents();
  await expectAccessible(page);
  // It does not close before somebody says that they have it.
  await expect(dialog.getByRole("button", { name: "Done" })).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("alert")).toContainText("shown only now");
  await dialog.getByLabel("I have copied it").check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  return values;
}

test("an access key: its secret is shown once, opens the API, and stops when it is revoked", async ({
  page,
  playwright,
  baseURL,
}) => {
  await page.goto("/tasks");
  await page.getByRole("link", { name: "Access keys" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Access keys" })).toBeVisible();
  await page.getByRole("button", { name: "Create access key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create access key" }).click();
  await expect(dialog.getByText("Give the key a name.")).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel("Name").fill("nightly import");
  await dialog.getByLabel(/^All APIs/).uncheck();
  await dialog.getByLabel(/^VOD Console/).check();
  await dialog.getByRole("button", { name: "Create access key" }).click();
  await expect(page.getByRole("heading", { name: "Access key nightly import" })).toBeVisible();
  const [id = "", secret = ""] = await readOnce(page);

  const program = await playwright.request.newContext({
    ...(baseURL === undefined ? {} : { baseURL }),
    extraHTTPHeaders: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
    storageState: { cookies: [], origins: [] },
  });
  expect((await program.get("/api/v1/tasks")).status()).toBe(200);
  await page.reload();
  const row = page.getByRole("row").filter({ hasText: id });
  await expect(row).toContainText("operator");
  await expect(row).toContainText("just now");
  expect(await page.content()).not.toContain(secret);
  await expectAccessible(page);
  await expectReflow(page);

  await row.getByRole("button", { name: "Revoke nightly import" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("stop at once");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Revoke access key" }).click();
  await expect(row).toContainText("Revoked");
  expect((await program.get("/api/v1/tasks")).status()).toBe(401);
  await program.dispose();
});

test("a user: invited by link, given a role, disabled, enabled, helped to a new password; all of it is in the log", async ({
  page,
  browser,
  baseURL,
  suffix,
}) => {
  const email = `grace${suffix}@example.com`;
  await page.goto("/users");
  const own = page.getByRole("row").filter({ hasText: ADMIN.email });
  await own.getByRole("button", { name: /^Actions for/ }).click();
  await expect(page.getByRole("menuitem", { name: /Disable/ })).toContainText("your own account");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Invite user" }).click();
  await page.getByRole("dialog").getByLabel("E-mail").fill(email);
  await page.getByRole("dialog").getByLabel("Role").click();
  await page.getByRole("option", { name: "viewer" }).click();
  await page.getByRole("button", { name: "Create link" }).click();
  await expect(page.getByRole("heading", { name: `Invitation for ${email}` })).toBeVisible();
  const [link = ""] = await readOnce(page);
  await expect(page.getByRole("row").filter({ hasText: email })).toContainText("Invitation, viewer");
  await expectAccessible(page);
  await expectReflow(page);

  const grace = await otherPage(browser, baseURL);
  await grace.goto(link);
  await expectAccessible(grace);
  await expectReflow(grace);
  await grace.getByRole("button", { name: "Join" }).click();
  await expect(grace.getByText("Give your name.")).toBeVisible();
  await grace.getByLabel("Your name").fill("Grace");
  await grace.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await grace.getByRole("button", { name: "Join" }).click();
  await expect(grace).toHaveURL(/\/tasks$/);
  for (const path of ["/users", "/access-keys", "/audit"]) {
    await grace.goto(path);
    await expect(grace.getByText("Only admins see this page")).toBeVisible();
    await expectAccessible(grace);
  }
  await grace.goto(link);
  await expect(grace.getByRole("heading", { name: "This link doesn't work" })).toBeVisible();
  await expectAccessible(grace);

  await page.reload();
  const row = page.getByRole("row").filter({ hasText: email });
  const act = async (name: string) => {
    await row.getByRole("button", { name: "Actions for Grace" }).click();
    await page.getByRole("menuitem", { name, exact: true }).click();
  };
  await act("Change role");
  await page.getByRole("dialog").getByLabel("Role").click();
  await page.getByRole("option", { name: "operator" }).click();
  await page.getByRole("button", { name: "Change role", exact: true }).click();
  await expect(row).toContainText("operator");
  await grace.goto("/tasks");
  await expect(grace, "her session has ended").toHaveURL(/\/sign-in\?/);
  await act("Disable");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Disable user" }).click();
  await expect(row).toContainText("Disabled");
  await grace.getByLabel("E-mail").fill(email);
  await grace.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await grace.getByRole("button", { name: "Sign in" }).click();
  await expect(grace.getByRole("alert").filter({ hasText: /wrong/ })).toBeVisible();
  await act("Enable");
  await page.getByRole("button", { name: "Enable user" }).click();
  await expect(row).toContainText("Active");
  await act("Reset password");
  await page.getByRole("button", { name: "Create link" }).click();
  await expect(page.getByRole("heading", { name: `New password for ${email}` })).toBeVisible();
  const [reset = ""] = await readOnce(page);
  await grace.goto(reset);
  await grace.getByLabel("Password", { exact: true }).fill(`${PASSWORD} again`);
  await grace.getByRole("button", { name: "Set password" }).click();
  await expect(grace).toHaveURL(/\/tasks$/);
  await grace.context().close();

  await page.getByRole("link", { name: "Audit log" }).click();
  await page.getByLabel("Object").fill(email);
  await expect(page).toHaveURL(/object=grace/);
  const actions = page.locator("[data-entry]");
  await expect(actions).toHaveCount(10);
  expect(await actions.evaluateAll((rows) => rows.map((one) => one.getAttribute("data-entry")))).toEqual([
    "session.sign_in",
    "user.reset_password",
    "user.reset_link",
    "user.enable",
    "session.sign_in_failed",
    "user.disable",
    "user.change_role",
    "session.sign_in",
    "user.join",
    "invite.create",
  ]);
  await expectAccessible(page);
  await expectReflow(page);
});

test("the audit log is filtered by its address, and Back restores", async ({ page }) => {
  await page.goto("/audit");
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("What").selectOption("session.sign_in");
  await page.getByLabel("When").selectOption("today");
  await expect(page).toHaveURL(/action=session\.sign_in&time=today/);
  await expect(page.locator("[data-entry]").first()).toContainText("Signed in");
  await expect(page.locator('[data-entry]:not([data-entry="session.sign_in"])')).toHaveCount(0);
  await page.goBack();
  await expect(page.getByLabel("When")).toHaveValue("");
  await expect(page.getByLabel("What")).toHaveValue("session.sign_in");
  await page.goto("/audit?actor=nobody&object=never-there");
  await expect(page.getByRole("heading", { name: "No entries match these filters" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await expect(page).toHaveURL(/\/audit$/);
});

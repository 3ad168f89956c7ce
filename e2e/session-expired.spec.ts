import type { Page } from "@playwright/test";

import { ADMIN, expect, expectAccessible, test } from "#e2e/support/journey.ts";
import { expireSession, pressSignedOut } from "#e2e/support/session.ts";

const dialogOf = (page: Page) => page.getByRole("alertdialog", { name: "Your session has ended" });

test("a session that ended under a filled form: signed in over it, and the task is made as typed", async ({
  page,
  surroundings,
}) => {
  await page.goto("/tasks/new");
  await page.getByRole("radio", { name: "Video URL" }).click();
  const url = surroundings.mediaUrl("clip.mp4");
  await page.getByRole("textbox", { name: "Video URL" }).fill(url);
  await page.getByRole("radio", { name: "Predefined" }).click();
  await page.getByRole("checkbox", { name: /System_MP4_H264/ }).check();
  await page.getByLabel("Output Filename").fill("kept/over-the-sign-in");
  await expect(page.getByText("640×360").first()).toBeVisible();

  await pressSignedOut(page, page.getByRole("button", { name: /^Confirm/ }), "tasks");
  const dialog = dialogOf(page);
  await expect(dialog).toBeVisible();
  await expect(page.getByRole("alertdialog")).toHaveCount(1);
  await expect(dialog.getByLabel("Password", { exact: true })).toBeFocused();
  await expectAccessible(page);

  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog.getByText("Enter your password.")).toBeVisible();
  await dialog.getByLabel("Password", { exact: true }).fill("not the password");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("alert")).toContainText("wrong");
  await expect(page.getByLabel("Output Filename")).toHaveValue("kept/over-the-sign-in");

  await dialog.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.keyboard.press("Enter");
  // Confirm was pressed once, before the sign-in.
  await page.waitForURL(/\/tasks\/tsk_[0-9a-z]{26}/);
  await expect(dialog).toBeHidden();
  await expect(page.getByText("kept/over-the-sign-in").first()).toBeVisible();
});

test("put off over another dialog: the form stays, says so, and goes on after a sign-in in another tab", async ({
  page,
  context,
}) => {
  await page.goto("/access-keys");
  await page.getByRole("button", { name: "Create access key" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("typed before the end");
  await pressSignedOut(page, form.getByRole("button", { name: "Create access key" }), "access-keys");
  const dialog = dialogOf(page);
  await expect(dialog.getByLabel("Password", { exact: true })).toBeFocused();

  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(form.getByLabel("Name")).toHaveValue("typed before the end");
  await expect(form.getByRole("alert")).toContainText("You are signed out");
  await expect(page.getByText("You are signed out. What you typed is still here.")).toBeVisible();
  await expectAccessible(page);

  await form.getByRole("button", { name: "Create access key" }).click();
  await expect(dialog).toBeVisible();
  const [other] = await Promise.all([
    context.waitForEvent("page"),
    dialog.getByRole("link", { name: "Sign in in another tab" }).click(),
  ]);
  await other.getByLabel("E-mail").fill(ADMIN.email);
  await other.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await other.getByRole("button", { name: "Sign in" }).click();
  await expect(other).toHaveURL(/\/tasks/);
  await other.close();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: "Access key typed before the end" })).toBeVisible();
});

test("reading alone leads there, too: a list that nobody touches asks for one sign-in and is read again", async ({
  page,
  context,
}) => {
  await page.goto("/tasks");
  await expect(page.getByRole("heading", { level: 1, name: "Task" })).toBeVisible();
  await expireSession(context);
  const dialog = dialogOf(page);
  await expect(async () => {
    // The list may have asked by itself meanwhile.
    if (!(await dialog.isVisible()))
      await page.getByRole("link", { name: /^Needs attention/ }).click({ timeout: 2_000 });
    await expect(dialog).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await dialog.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByText("You are signed out")).toHaveCount(0);
  await expect(page.getByRole("alert").filter({ hasText: /\w/ })).toHaveCount(0);
});

test("somebody else who signs in in this browser does not get the page, nor what waits", async ({
  page,
  context,
  baseURL,
  suffix,
}) => {
  const email = `eve${suffix}@example.com`;
  const origin = baseURL ?? "";
  const invite = await page.request.post("/api/v1/invites", {
    data: { email, role: "viewer" },
    headers: { origin },
  });
  expect(invite.status(), await invite.text()).toBe(201);
  const { link } = (await invite.json()) as { link: string };
  const token = new URL(link).pathname.split("/").at(-1);
  const accepted = await page.request.post("/api/v1/invites/accept", {
    data: { token, name: "Eve", password: "a horse of another colour" },
  });
  expect(accepted.status(), await accepted.text()).toBe(200);

  await page.goto("/access-keys");
  await page.getByRole("button", { name: "Create access key" }).click();
  await page.getByLabel("Name").fill("not for eve");
  await pressSignedOut(
    page,
    page.getByRole("dialog").getByRole("button", { name: "Create access key" }),
    "access-keys",
  );
  await expect(dialogOf(page)).toBeVisible();
  const other = await context.newPage();
  await other.goto("/sign-in");
  await other.getByLabel("E-mail").fill(email);
  await other.getByLabel("Password", { exact: true }).fill("a horse of another colour");
  await other.getByRole("button", { name: "Sign in" }).click();
  await expect(other).toHaveURL(/\/tasks/);
  await other.close();
  await expect(dialogOf(page).getByRole("alert")).toContainText(`${email} is signed in`);
  await expectAccessible(page);
  await dialogOf(page).getByRole("button", { name: "Reload the page" }).click();
  await expect(page.getByText("Only admins see this page")).toBeVisible();
});

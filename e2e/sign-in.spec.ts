import { ADMIN, expect, expectAccessible, signedOutTest as test } from "#e2e/support/journey.ts";

test("a page asks for a sign-in first, and comes back to itself", async ({ page }) => {
  await page.goto("/tasks/new");
  await expect(page).toHaveURL(/\/sign-in\?/);
  await expectAccessible(page);
  await page.getByLabel("E-mail").fill(ADMIN.email);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /password/i })).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/tasks\/new$/);
  await expect(page.getByRole("heading", { name: "Create a new Task" })).toBeVisible();
});

test("signing out ends the session", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(ADMIN.email);
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/tasks/);
  await page.getByRole("button", { name: /account/i }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto("/tasks");
  await expect(page).toHaveURL(/\/sign-in\?/);
});

test("no page and no API answers without a session", async ({ request }) => {
  for (const path of ["/api/v1/tasks", "/api/v1/outputs", "/api/v1/templates", "/api/v1/events"])
    expect((await request.get(path)).status(), path).toBe(401);
});

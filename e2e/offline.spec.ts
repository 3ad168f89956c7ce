import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import pg from "pg";

import {
  ADMIN,
  expect,
  expectAccessible,
  processesUnder,
  signedOutTest as test,
} from "#e2e/support/journey.ts";
import { startProduct, type Product } from "#e2e/support/product.ts";

// Every call of a page whose server is away is reported by the browser.
test.use({ expectedComplaints: [/net::ERR_/] });

let folder: string;
let port: number;
let product: Product;

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "vod-offline-"));
  chmodSync(folder, 0o711);
  port = await freePort();
  product = await startProduct(path.join(folder, "data"), port);
});
test.afterAll(async () => {
  await product.stop();
  rmSync(folder, { recursive: true, force: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}

async function openSignedIn(page: Page, target: string): Promise<void> {
  await page.goto(`${product.url}${target}`);
  await page.getByLabel("E-mail").fill(ADMIN.email);
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${product.url}${target}`);
}

const bar = (page: Page) => page.getByText("We can't reach the server. What you see may be out of date.");

test("a server that is stopped and started again: said within seconds, nothing typed is lost, all goes on", async ({
  page,
}) => {
  await openSignedIn(page, "/tasks/new");
  await page.getByRole("radio", { name: "Video URL" }).click();
  await page.getByRole("textbox", { name: "Video URL" }).fill("http://127.0.0.1:9/typed.mp4");
  await product.stop();
  await expect(bar(page)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/Retrying (in \d+ s|…)/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Retry now" }).click();
  await expect(bar(page)).toBeVisible();

  product = await startProduct(path.join(folder, "data"), port);
  await expect(bar(page)).toBeHidden({ timeout: 30_000 });
  await expect(page.getByText("Connected again").first()).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Video URL" })).toHaveValue("http://127.0.0.1:9/typed.mp4");
  await page.getByRole("navigation").getByRole("link", { name: "Task" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Task" })).toBeVisible();
  await expect(page.getByText("Live", { exact: true }).first()).toBeAttached();
});

test("a device without a network says so, and goes on by itself", async ({ page, context }) => {
  await openSignedIn(page, "/tasks");
  // What is heard live is written by the page's scripts: the page is whole.
  await expect(page.getByText("Live", { exact: true }).locator("visible=true").first()).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText("This device is offline.")).toBeVisible();
  await expectAccessible(page);
  await context.setOffline(false);
  await expect(page.getByText("This device is offline.")).toBeHidden();
  await expect(bar(page)).toBeHidden({ timeout: 30_000 });
});

/** Something in the product's own database, as its worker is connected to it. */
async function inDatabase(statement: string): Promise<void> {
  const [worker] = processesUnder(product.process.pid ?? 0, "lib/worker/main.ts");
  const settings = readFileSync(`/proc/${worker}/environ`, "utf8").split("\0");
  const connectionString = settings.find((line) => line.startsWith("DATABASE_URL="))?.slice(13);
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(statement);
  await client.end();
}

test.describe("a page that fails", () => {
  // One pattern: Playwright takes a list of two for a value and its options.
  test.use({
    expectedComplaints: [/An error occurred in the Server Components render|React error #441|status of 500/],
  });

  test("says so with an id, and is read again when that is asked", async ({ page }) => {
    await openSignedIn(page, "/tasks");
    await inDatabase('ALTER TABLE "Template" RENAME TO "TemplateAway"');
    await page.goto(`${product.url}/templates`);
    await expect(page.getByRole("heading", { name: "This page failed to load" })).toBeVisible();
    await expect(page.getByText(/^Error ID /)).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("heading", { name: "This page failed to load" })).toBeVisible();
    await inDatabase('ALTER TABLE "TemplateAway" RENAME TO "Template"');
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Templates" })).toBeVisible();
  });
});

test.describe("a browser in which nothing can be shown", () => {
  test.use({ expectedComplaints: [/./] });

  test("gets both languages and a way to try again", async ({ page }) => {
    await page.goto(`${product.url}/sign-in`);
    await page.addInitScript(() => {
      Intl.DateTimeFormat = (() => {
        throw new Error("not in this browser");
      }) as unknown as typeof Intl.DateTimeFormat;
    });
    await page.reload();
    await expect(
      page.getByRole("heading", { name: "The console failed to load · 控制台加载失败" }),
    ).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: /Try again/ }).click();
    await expect(page.getByRole("heading", { name: /控制台加载失败/ })).toBeVisible();
  });
});

test("pages that are not there have words and a way back", async ({ page }) => {
  await openSignedIn(page, "/tasks");
  await page.goto(`${product.url}/no-such-page`);
  await expect(page.getByRole("heading", { name: "This page doesn't exist" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Back to Task" }).click();
  await expect(page).toHaveURL(`${product.url}/tasks`);
  const icon = page.locator('link[rel="icon"]').first();
  const answer = await page.request.get(new URL((await icon.getAttribute("href")) ?? "", product.url).href);
  expect(answer.status()).toBe(200);
  expect(answer.headers()["content-type"]).toContain("image/svg+xml");
});

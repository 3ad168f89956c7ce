import type { APIRequestContext } from "@playwright/test";

import { expect, expectAccessible, test } from "#e2e/support/journey.ts";
import { createTask, waitForStatus } from "#e2e/support/tasks.ts";
import { isSignedWith, startSink } from "#lib/webhooks/test-sink.ts";

test("an endpoint is added, tested, told of a task, resent to, switched off and deleted", async ({
  page,
  api,
  surroundings,
  baseURL,
}) => {
  let status = 200;
  const sink = await startSink((response) => response.writeHead(status).end("noted"));
  try {
    await removeEndpoints(page.request, baseURL ?? "");
    await page.goto("/webhooks");
    await expect(page.getByText("No endpoints yet")).toBeVisible();
    await expectAccessible(page);

    await page.getByRole("button", { name: "Add endpoint" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("URL").fill("http://10.0.0.7/hook");
    await dialog.getByRole("button", { name: "Add endpoint" }).click();
    await expect(dialog.getByText("This is a private or local address.")).toBeVisible();
    await expectAccessible(page);
    await dialog.getByLabel("URL").fill(sink.url);
    await dialog.getByRole("button", { name: "Add endpoint" }).click();

    const shown = page.getByRole("alertdialog");
    await expect(shown.getByText("It isn't shown again")).toBeVisible();
    const secret = (await shown.getByRole("region", { name: "Signing secret" }).textContent()) ?? "";
    await expectAccessible(page);
    await shown.getByRole("button", { name: "I have copied it" }).click();
    await expect(page.getByText(secret)).toHaveCount(0);

    await page.getByRole("button", { name: `Actions for ${sink.url}` }).click();
    await page.getByRole("menuitem", { name: "Send test" }).click();
    await expect(page).toHaveURL(/tab=deliveries/);
    const own = page.getByRole("row").filter({ hasText: new URL(sink.url).host });
    await expect(own).toContainText(/Delivered.*webhook\.test/);
    expect(sink.received.map((request) => isSignedWith(secret, request))).toEqual([true]);

    status = 500;
    const task = await createTask(api, {
      source: { type: "url", url: surroundings.mediaUrl("missing.mp4") },
      outputPattern: "webhooks/missing",
    });
    await waitForStatus(api, task.id, ["failed"]);
    await page.goto(`/tasks/${task.id}?tab=webhooks`);
    await expect(page.getByRole("row", { name: /Will retry.*task\.failed.*500/ })).toBeVisible();
    await expectAccessible(page);
    status = 200;
    await page.getByRole("button", { name: /^task\.failed, delivery/ }).click();
    const sheet = page.getByRole("dialog");
    await expect(sheet.getByText("500, not accepted").first()).toBeVisible();
    await expectAccessible(page);
    await sheet.getByRole("button", { name: "Resend" }).click();
    await expect(sheet.getByText("Delivered").first()).toBeVisible();
    await sheet.getByRole("button", { name: "Close" }).click();
    const told = sink.received.filter((request) => request.body.includes(task.id));
    expect(told.length).toBeGreaterThan(1);
    expect(new Set(told.map(({ headers }) => headers["webhook-id"])).size).toBe(1);

    await page.goto("/webhooks");
    await expect(page.getByText("100 % of 2 deliveries in 7 days arrived").last()).toBeVisible();
    await page.getByRole("button", { name: `Actions for ${sink.url}` }).click();
    await page.getByRole("menuitem", { name: "Disable" }).click();
    await page.getByRole("button", { name: "Disable endpoint" }).click();
    await expect(page.getByText("Disabled", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: `Actions for ${sink.url}` }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Delete endpoint" }).click();
    await expect(page.getByText("No endpoints yet")).toBeVisible();
  } finally {
    await sink.close();
  }
});

/** What a try before this one may have left. */
async function removeEndpoints(admin: APIRequestContext, origin: string): Promise<void> {
  const target = "/api/v1/webhooks/endpoints";
  const { items } = (await (await admin.get(target)).json()) as { items: { id: string }[] };
  for (const { id } of items) {
    const answer = await admin.delete(`${target}/${id}`, { headers: { origin } });
    expect(answer.ok(), await answer.text()).toBe(true);
  }
}

test("metrics are for an access key with role admin", async ({ page, api }) => {
  // The journeys' key is an operator's; the page is signed in as admin.
  expect((await api.get("/api/metrics")).status()).toBe(403);
  const answer = await page.request.get("/api/metrics");
  expect(answer.headers()["content-type"]).toContain("text/plain; version=0.0.4");
  const text = await answer.text();
  expect(text).toContain('vod_workers{state="online"} 1');
  expect(text).toMatch(/vod_http_request_seconds_count\{method="GET",kind="\w+",status="2xx"\} \d+/);
});

import type { Page } from "@playwright/test";

import { expect, test } from "#e2e/support/journey.ts";

/** What only a browser can prove: that foreign words stay words, and that the pages' policy holds. */

const RUN = "document.documentElement.dataset.xss=(document.documentElement.dataset.xss||'')+'!'";
const IMG = `<img src=x onerror="${RUN}">`;
const SVG = `"><svg onload=${RUN}>`;

/** The console's own calls, as a page of it makes them. */
async function post(
  page: Page,
  baseURL: string,
  target: string,
  data: unknown,
): Promise<Record<string, unknown>> {
  const response = await page.request.post(target, { data, headers: { Origin: baseURL } });
  const text = await response.text();
  expect(response.ok(), `${target} ${response.status()} ${text}`).toBe(true);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function expectOnlyText(page: Page, target: string, shown: readonly string[]): Promise<void> {
  await page.goto(target);
  for (const text of shown) await expect(page.getByText(text, { exact: false }).first()).toBeAttached();
  await page.waitForTimeout(300);
  expect(await page.locator("html").getAttribute("data-xss"), target).toBeNull();
  expect(await page.locator('img[src="x"], svg[onload]').count(), target).toBe(0);
}

test("scripts in every text field are shown as text", async ({ page, baseURL, surroundings, suffix }) => {
  const base = baseURL ?? "";
  const outputs = (await (await page.request.get("/api/v1/outputs")).json()) as { items: { id: string }[] };
  const task = await post(page, base, "/api/v1/tasks", {
    // The file's name is the task's name; there is no such file, so the failure's words quote it as well.
    source: { type: "url", url: surroundings.mediaUrl(`missing/${encodeURIComponent(IMG)}`) },
    templates: ["System_MP4_H264"],
    outputId: outputs.items[0]?.id,
    outputPattern: "xss/a<b>'\"&{input_name}",
    tags: [IMG, SVG].map((text) => text.slice(0, 64)),
    userData: `${IMG}${SVG}</script><script>${RUN}</script>`,
  });
  const template = await post(page, base, "/api/v1/templates", {
    name: `Plain name${suffix}`,
    description: `${IMG} ${SVG}`,
    spec: {
      container: "mp4",
      video: {
        codec: "h264",
        renditions: [{ name: "360p", height: 360, rateControl: { mode: "crf", crf: 26 } }],
      },
      audio: { codec: "aac" },
    },
  });
  const keyName = `<img src=x onerror=alert(1)>`;
  await post(page, base, "/api/v1/access-keys", { name: keyName, role: "viewer", dialects: ["*"] });
  await post(page, base, "/api/v1/invites", {
    email: `<img/src=x/onerror=${RUN.length}>@example.com`,
    role: "viewer",
  });
  const { endpoint } = (await post(page, base, "/api/v1/webhooks/endpoints", {
    url: `https://hooks.example.test/${encodeURIComponent(IMG)}?q=<svg/onload=1>`,
    events: ["task.failed"],
  })) as { endpoint: { id: string } };

  await expectOnlyText(page, "/tasks", ["<img src=x onerror"]);
  await expectOnlyText(page, `/tasks/${String(task["id"])}`, ["<img src=x onerror", "</script><script>"]);
  await expectOnlyText(page, `/tasks?q=${encodeURIComponent(IMG)}`, []);
  await expectOnlyText(page, `/templates/${String(template["id"])}`, ["<img src=x onerror"]);
  await expectOnlyText(page, "/templates", []);
  await expectOnlyText(page, "/access-keys", [keyName]);
  await expectOnlyText(page, "/users", ["<img/src=x/onerror="]);
  await expectOnlyText(page, "/webhooks", []);
  await expectOnlyText(page, "/audit", [keyName]);
  await expectOnlyText(page, `/audit?object=${encodeURIComponent(IMG)}`, []);
  // Other journeys begin without endpoints.
  for (const made of [`tasks/${String(task["id"])}`, `webhooks/endpoints/${endpoint.id}`]) {
    const removed = await page.request.delete(`/api/v1/${made}`, { headers: { Origin: base } });
    expect(removed.ok(), `${made} ${removed.status()}`).toBe(true);
  }
});

test("the tier of each worker's sandbox is shown", async ({ page }) => {
  await page.goto("/workers");
  await expect(page.getByText(/tier [A-D]/i).first()).toBeVisible();
});

test.describe("the pages' policy", () => {
  // As a function: a bare list would be taken for a value and its options.
  test.use({
    expectedComplaints: async ({}, use) =>
      use([/Content Security Policy/, /X-Frame-Options/, /chrome-error/]),
  });

  test("pages run under it, and what is smuggled in does not", async ({ page }) => {
    const refusals: string[] = [];
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) refusals.push(message.text());
    });
    for (const target of ["/tasks", "/tasks/new", "/templates", "/webhooks", "/audit", "/preferences"]) {
      await page.goto(target);
      await expect(page.getByRole("main")).toBeVisible();
      // Its scripts ran: the theme button answers.
      await expect(page.getByRole("button").first()).toBeEnabled();
      await page.waitForLoadState("load");
    }
    expect(refusals).toEqual([]);
    const policy = (await page.goto("/tasks"))?.headers()["content-security-policy"] ?? "";
    expect(policy).toMatch(/script-src 'self' 'nonce-[^']+'(;|$)/);
    expect(policy).toContain("frame-ancestors 'none'");

    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.documentElement.dataset.smuggled = 'script'";
      document.head.append(script);
      const holder = document.createElement("div");
      holder.innerHTML = `<img src="data:," onerror="document.documentElement.dataset.smuggled = 'handler'">`;
      document.body.append(holder);
      const foreign = document.createElement("script");
      foreign.src = "https://evil.example.test/x.js";
      document.head.append(foreign);
    });
    await page.waitForTimeout(500);
    expect(refusals.length).toBeGreaterThanOrEqual(3);
    expect(await page.locator("html").getAttribute("data-smuggled")).toBeNull();
  });

  test("no other page can frame the console", async ({ page, baseURL, surroundings }) => {
    await page.goto(surroundings.mediaUrl("page.html"));
    await page.setContent(`<iframe src="${baseURL ?? ""}/tasks"></iframe>`);
    await page.waitForTimeout(500);
    const frame = page.frames().find((one) => one !== page.mainFrame());
    const text = await frame?.evaluate(() => document.body.innerText).catch(() => "");
    expect(text ?? "").not.toContain("Tasks");
  });
});

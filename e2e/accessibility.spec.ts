import type { Page } from "@playwright/test";

import { expect, expectAccessible, test } from "#e2e/support/journey.ts";
import { createTask, waitForStatus } from "#e2e/support/tasks.ts";

/** Every look that a page can have. */
const LOOKS = [
  { theme: "light", locale: "en" },
  { theme: "dark", locale: "zh-CN" },
] as const;

async function wear(page: Page, { theme, locale }: (typeof LOOKS)[number], baseURL: string): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.context().addCookies([{ name: "vod_locale", value: locale, url: baseURL }]);
}

for (const look of LOOKS) {
  test(`every page passes axe in ${look.theme}, ${look.locale}`, async ({
    page,
    api,
    surroundings,
    baseURL,
  }) => {
    await wear(page, look, baseURL ?? "");
    const done = await createTask(api, {
      source: { type: "url", url: surroundings.mediaUrl("clip.mp4") },
      templates: ["System_MP4_H264", "System_Audio_AAC"],
      outputPattern: `axe/${look.locale}`,
    });
    const failed = await createTask(api, {
      source: { type: "url", url: surroundings.mediaUrl("missing.mp4") },
      outputPattern: `axe/${look.locale}-failed`,
    });
    await waitForStatus(api, done.id, ["succeeded"]);
    await waitForStatus(api, failed.id, ["failed"]);
    const pages = [
      "/tasks",
      "/tasks?status=canceled&q=nothing-like-this",
      "/tasks/new",
      `/tasks/${done.id}`,
      `/tasks/${done.id}?tab=player`,
      `/tasks/${done.id}?tab=logs`,
      `/tasks/${done.id}?tab=json`,
      `/tasks/${failed.id}`,
      "/tasks/tsk_00000000000000000000000000",
      "/workers",
      "/outputs",
      "/outputs/new",
      `/outputs/${done.output.id}`,
      "/templates",
      "/templates?tab=predefined",
      "/templates/new",
      "/preferences",
      "/webhooks",
      "/webhooks?tab=deliveries",
      `/tasks/${done.id}?tab=webhooks`,
      "/access-keys",
      "/users",
      "/audit",
    ];
    for (const path of pages) {
      await page.goto(path);
      await page.waitForLoadState("networkidle");
      await expect(page.locator("html")).toHaveAttribute("lang", look.locale);
      await test.step(path, () => expectAccessible(page));
      // Nothing is wider than a small phone.
      await page.setViewportSize({ width: 320, height: 700 });
      const isWide = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      expect(isWide, `${path} scrolls sideways at 320 px`).toBe(false);
      await page.setViewportSize({ width: 1440, height: 900 });
    }
  });
}

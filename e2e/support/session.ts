import type { BrowserContext, Locator, Page, Request } from "@playwright/test";

/** As if the time of the cookie were over; everything else of the browser stays. */
export const expireSession = (context: BrowserContext) => context.clearCookies({ name: /session$/ });

/**
 * Presses a button whose POST to `/api/v1/${place}` is the first call to find the session ended. What the page asks by
 * itself has to wait for it: it would lay the sign-in over the button.
 */
export async function pressSignedOut(page: Page, button: Locator, place: string): Promise<void> {
  const isPost = (request: Request) =>
    request.method() === "POST" && request.url().endsWith(`/api/v1/${place}`);
  const pressed = page.waitForRequest(isPost);
  await page.route("**/api/**", async (route) => {
    await pressed;
    await route.continue();
  });
  await expireSession(page.context());
  await button.click();
  await pressed;
  await page.unrouteAll({ behavior: "wait" });
}

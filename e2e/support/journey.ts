import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, request, type APIRequestContext, type Page } from "@playwright/test";

import { MEDIA } from "#e2e/support/media-files.ts";
import { ACCESS_KEY } from "#e2e/support/product.ts";

export { expect } from "@playwright/test";
export { MEDIA } from "#e2e/support/media-files.ts";
export { ACCESS_KEY, ADMIN, processesUnder } from "#e2e/support/product.ts";

export type Surroundings = {
  /** DATA_DIR of the running product. */
  dataDir: string;
  /** Its supervisor; `processesUnder(pid, …)` finds the others. */
  productPid: number;
  /** Address of a file or a route of e2e/support/media-server.ts. */
  mediaUrl: (name: string) => string;
  /** The same file on disk, for uploads. */
  mediaFile: (name: keyof typeof MEDIA) => string;
};

type Fixtures = {
  surroundings: Surroundings;
  /** The native API, as a program with an access key calls it. */
  api: APIRequestContext;
  /** Ends a name that an installation has only once: nothing at first, a number when the journey is repeated (--repeat-each). */
  suffix: string;
  /** Complaints of the browser's console that this test expects; any other fails it. */
  expectedComplaints: RegExp[];
  watchedConsole: undefined;
};

/** A refused request is the test's business; the browser reports each one. */
const ORDINARY = [/^Failed to load resource: the server responded with a status of 4\d\d/];

/** Playwright's `test`, signed in as admin, with {@link Surroundings}; an unexpected console error fails the test. */
export const test = base.extend<Fixtures>({
  storageState: async ({}, use) => use(setting("E2E_SESSION")),

  surroundings: async ({}, use) => {
    await use({
      dataDir: setting("E2E_DATA_DIR"),
      productPid: Number(setting("E2E_PRODUCT_PID")),
      mediaUrl: (name) => `${setting("E2E_MEDIA_URL")}/${name}`,
      mediaFile: (name) => path.join(setting("E2E_MEDIA_DIR"), MEDIA[name]),
    });
  },

  api: async ({ baseURL }, use) => {
    const authorization = `Basic ${Buffer.from(`${ACCESS_KEY.id}:${ACCESS_KEY.secret}`).toString("base64")}`;
    const context = await request.newContext({
      ...(baseURL === undefined ? {} : { baseURL }),
      extraHTTPHeaders: { authorization },
      storageState: { cookies: [], origins: [] },
    });
    await use(context);
    await context.dispose();
  },

  suffix: async ({}, use, { repeatEachIndex }) => {
    await use(repeatEachIndex === 0 ? "" : `${repeatEachIndex + 1}`);
  },

  expectedComplaints: [[], { option: true }],

  watchedConsole: [
    async ({ page, expectedComplaints }, use) => {
      const complaints: string[] = [];
      const note = (text: string) => {
        if (![...ORDINARY, ...expectedComplaints].some((expected) => expected.test(text)))
          complaints.push(text);
      };
      page.on("console", (message) => {
        if (message.type() === "error") note(message.text());
      });
      page.on("pageerror", (error) => note(`Uncaught: ${error.message}`));
      await use(undefined);
      expect(complaints, "unexpected errors in the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

/** Like {@link test}, signed out. */
export const signedOutTest = test.extend({
  storageState: async ({}, use) => use({ cookies: [], origins: [] }),
});

/** Fails with one line per violation of WCAG 2.2 A and AA that axe finds on the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const lines = violations.map(
    ({ id, help, nodes }) => `${id}: ${help} — ${nodes.map((node) => node.html).join(" | ")}`,
  );
  expect(lines).toEqual([]);
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the journeys with npm test -- browser.`);
  return value;
}

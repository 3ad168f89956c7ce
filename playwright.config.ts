import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const DEBIAN_CHROMIUM = "/usr/bin/chromium";

/** The system's Chromium; without one, Playwright looks for its own. */
function chromium(): { executablePath?: string } {
  const wanted = process.env["CHROMIUM_PATH"];
  if (wanted) return { executablePath: wanted };
  return existsSync(DEBIAN_CHROMIUM) ? { executablePath: DEBIAN_CHROMIUM } : {};
}

/** This file is loaded by every process of a run: the first one chooses, the others inherit its choice. */
function chosenPort(): string {
  const script =
    'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})';
  return spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout.trim();
}

const port = (process.env["E2E_PORT"] ??= chosenPort());

// Journeys against the built product: npm test -- browser, or npm run test:e2e after a build.
export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/support/global-setup.ts",
  outputDir: "test-results",
  forbidOnly: Boolean(process.env["CI"]),
  // One product with one worker: journeys that encode would only wait for each other.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 300_000,
  // Twice as long as the slowest list waits before it is read again.
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    // A part that fades in is judged when it is there.
    contextOptions: { reducedMotion: "reduce" },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      ...chromium(),
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ],
    },
  },
});

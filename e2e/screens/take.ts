/**
 * Takes the pictures of docs/screens from a running product:
 *
 *   SCREENS_URL=http://127.0.0.1:3000 SCREENS_EMAIL=… SCREENS_PASSWORD=… node e2e/screens/take.ts
 *
 * It makes the tasks that are shown (a running, a succeeded and a failed one) and leaves them there.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { chromium, type BrowserContext, type Page } from "@playwright/test";

const url = setting("SCREENS_URL");
const folder = path.resolve("docs/screens");

/** Widths in CSS pixels; heights are a laptop's and a phone's. */
const SIZES = { 1440: 900, 390: 844 } as const;
const LOOKS = {
  light: { colorScheme: "light", locale: "en" },
  dark: { colorScheme: "dark", locale: "en" },
  zh: { colorScheme: "light", locale: "zh-CN" },
} as const;

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const session = await signIn();
const tasks = await makeTasks(session);
mkdirSync(folder, { recursive: true });
for (const [look, { colorScheme, locale }] of Object.entries(LOOKS)) {
  for (const [width, height] of Object.entries(SIZES)) {
    const size = { viewport: { width: Number(width), height }, colorScheme, timezoneId: "UTC" };
    const suffix = `${width}-${look}`;
    const signedOut = await browser.newContext(size);
    await signedOut.addCookies([{ name: "vod_locale", value: locale, url }]);
    await take(await signedOut.newPage(), "/sign-in", `sign-in-${suffix}`);
    await signedOut.close();

    const context = await browser.newContext({ ...size, storageState: await session.storageState() });
    await context.addCookies([{ name: "vod_locale", value: locale, url }]);
    const page = await context.newPage();
    const running = await createTask(
      session,
      "deep-zoom",
      ["System_HLS_H264", "System_MP4_H264"],
      `run-${suffix}`,
    );
    await take(page, "/tasks", `list-${suffix}`);
    await untilPercent(session, running, 12);
    await take(page, `/tasks/${running}`, `detail-running-${suffix}`);
    await session.request.post(`/api/v1/tasks/${running}/cancel`, { headers: { origin: url } });
    await page.goto(`${url}/tasks/new`);
    await fillCreate(page);
    await shoot(page, `create-${suffix}`);
    await take(page, `/tasks/${tasks.succeeded}`, `detail-succeeded-${suffix}`);
    await take(page, `/tasks/${tasks.failed}`, `detail-failed-${suffix}`);
    await context.close();
  }
}
await browser.close();

async function signIn(): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: url });
  const { csrfToken } = (await (await context.request.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const form = {
    csrfToken,
    email: setting("SCREENS_EMAIL"),
    password: setting("SCREENS_PASSWORD"),
    json: "true",
  };
  const answer = await context.request.post("/api/auth/callback/credentials", {
    form,
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`Signing in failed: ${answer.status()}`);
  return context;
}

async function createTask(
  context: BrowserContext,
  sample: string,
  templates: string[],
  name: string,
): Promise<string> {
  const { items } = (await (await context.request.get("/api/v1/outputs")).json()) as {
    items: { id: string }[];
  };
  const isFile = !sample.startsWith("http");
  const answer = await context.request.post("/api/v1/tasks", {
    headers: { origin: url },
    data: {
      source: isFile ? { type: "sample", sample } : { type: "url", url: sample },
      ...{ templates, outputId: items[0]?.id, outputPattern: `screens/${name}/{input_name}` },
      ...{ tags: ["launch", "q4"], userData: '{"sku":"NL-204"}' },
    },
  });
  if (answer.status() !== 201) throw new Error(`${answer.status()} ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
}

async function makeTasks(context: BrowserContext) {
  const succeeded = await createTask(context, "timecode", ["System_HLS_H264", "System_Audio_AAC"], "done");
  const failed = await createTask(context, "http://127.0.0.1:9/a.mp4", ["System_MP4_H264"], "failed");
  for (const id of [succeeded, failed]) await untilPercent(context, id, 100);
  return { succeeded, failed };
}

/** Waits until a task has come that far, or has settled. */
async function untilPercent(context: BrowserContext, id: string, percent: number): Promise<void> {
  for (;;) {
    const task = (await (await context.request.get(`/api/v1/tasks/${id}`)).json()) as {
      status: string;
      progress: number | null;
    };
    if (!["queued", "running"].includes(task.status) || (task.progress ?? 0) >= percent) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** A sample as the input: it needs no network and looks the same everywhere. */
async function fillCreate(page: Page): Promise<void> {
  await page.getByRole("radio").nth(2).waitFor();
  await page.getByRole("radio", { name: /Sample Video|示例视频/ }).click();
  await page.locator('input[type="radio"][name], fieldset input[type="radio"]').first().check();
  await page.waitForTimeout(2_500);
}

async function take(page: Page, target: string, name: string): Promise<void> {
  await page.goto(`${url}${target}`);
  await shoot(page, name);
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(1_200);
  const raw = path.join(folder, `${name}.raw.png`);
  await page.screenshot({ path: raw });
  // 256 colours are enough for a page, and a third of the bytes.
  const palette = "split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=none";
  const small = path.join(folder, `${name}.png`);
  execFileSync("ffmpeg", [
    "-v",
    "error",
    "-y",
    "-i",
    raw,
    "-vf",
    palette,
    "-frames:v",
    "1",
    "-update",
    "1",
    small,
  ]);
  rmSync(raw);
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set; see the head of this file.`);
  return value;
}

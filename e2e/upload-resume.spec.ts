import { execFileSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import type { CDPSession, Page } from "@playwright/test";

import { expect, expectAccessible, processesUnder, test } from "#e2e/support/journey.ts";
import { waitForStatus } from "#e2e/support/tasks.ts";

const SIZE = 24_000_000;
/** Six seconds for the whole of it: time to cut it in the middle. */
const BYTES_PER_SECOND = 4_000_000;

let folder: string;
let film: string;
/** Same name and size, other content. */
let impostor: string;

test.beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "vod-resume-"));
  film = path.join(folder, "intro.mp4");
  execFileSync("ffmpeg", [
    ...["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart", film],
  ]);
  // Behind its last frame a box that players skip (ISO/IEC 14496-12, 8.1.2).
  const box = randomFillSync(Buffer.alloc(SIZE - statSync(film).size));
  box.writeUInt32BE(box.length, 0);
  box.write("free", 4, "latin1");
  appendFileSync(film, box);
  mkdirSync(path.join(folder, "other"));
  impostor = path.join(folder, "other", "intro.mp4");
  const bytes = readFileSync(film);
  randomFillSync(bytes, 1_000_000);
  writeFileSync(impostor, bytes);
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Line = { setOffline: (isOffline: boolean) => Promise<void> };

/** A slow line. Offline, the browser knows it and begins nothing; what it is sending goes on. */
async function slowLine(page: Page): Promise<Line> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const setOffline = async (offline: boolean) => {
    await session.send("Network.emulateNetworkConditions", {
      offline,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: BYTES_PER_SECOND,
    });
  };
  await setOffline(false);
  return { setOffline };
}

type Wire = { url: string; cut: () => void; stop: () => void };

/** A way to the product whose connections can be broken. */
async function startWire(target: URL): Promise<Wire> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const product = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [client, product],
      [product, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${port}`,
    cut,
    stop: () => {
      server.close();
      cut();
    },
  };
}

/** Where each body that the browser sent began. */
function watchOffsets(page: Page): number[] {
  const offsets: number[] = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") offsets.push(Number(request.headers()["upload-offset"]));
  });
  return offsets;
}

async function beginUpload(page: Page): Promise<void> {
  await page.getByRole("radio", { name: "Upload Video" }).click();
  await page.locator('input[type="file"]').first().setInputFiles(film);
}

const row = (page: Page) => page.getByRole("list", { name: "Files" }).getByRole("listitem");
const untilPercent = (page: Page, least: number) =>
  expect
    .poll(async () => Number(await row(page).getByRole("progressbar").getAttribute("aria-valuenow")), {
      timeout: 60_000,
      intervals: [50],
    })
    .toBeGreaterThanOrEqual(least);

async function confirm(page: Page, filename: string): Promise<string> {
  await page.getByRole("button", { name: /^Confirm/ }).waitFor();
  await page.getByRole("radio", { name: "Custom Template" }).click();
  await page.getByRole("radio", { name: "Predefined" }).click();
  const cards = page.getByRole("group", { name: "Template" }).getByRole("checkbox", { checked: true });
  for (const card of await cards.all()) await card.uncheck();
  await page.getByRole("checkbox", { name: /System_MP4_H264/ }).check();
  await page.getByRole("button", { name: "Select an Output" }).click();
  await page.getByRole("option", { name: /local/ }).click();
  await page.getByLabel("Output Filename").fill(filename);
  await page.getByRole("button", { name: /^Confirm/ }).click();
  await page.waitForURL(/\/tasks\/tsk_[0-9a-z]{26}/);
  return /tsk_[0-9a-z]{26}/.exec(page.url())?.[0] ?? "";
}

test.describe("the network is cut", () => {
  // The browser reports every request that the cut has failed.
  test.use({ expectedComplaints: [/net::ERR_|Failed to fetch|network error/] });

  test("the upload pauses and says so, and goes on by itself when the network is back", async ({
    page,
    baseURL,
  }) => {
    const wire = await startWire(new URL(baseURL ?? ""));
    const offsets = watchOffsets(page);
    await page.goto(`${wire.url}/tasks/new`);
    const line = await slowLine(page);
    await beginUpload(page);
    await expect(page.getByText("Checked when all of it has arrived.")).toBeVisible();
    await untilPercent(page, 40);
    await line.setOffline(true);
    wire.cut();
    const paused = page.getByText(/^Upload paused at \d+ %\. We'll resume when you're back online\.$/);
    await expect(paused).toBeVisible();
    await line.setOffline(false);
    await expect(paused).toBeHidden({ timeout: 30_000 });
    await expect(row(page).getByText("Uploaded", { exact: true })).toBeVisible({ timeout: 60_000 });
    expect(offsets.length).toBeGreaterThanOrEqual(2);
    expect(offsets.at(-1)).toBeGreaterThan(SIZE / 10);

    // A removal that the server did not confirm is not forgotten: the bytes still count there.
    await line.setOffline(true);
    await page.getByRole("button", { name: "Remove intro.mp4" }).click();
    await expect(row(page).getByRole("alert")).toHaveText(/The server did not answer/);
    await line.setOffline(false);
    await page.getByRole("button", { name: "Retry", exact: true }).click();
    await expect(row(page)).toHaveCount(0);
    wire.stop();
  });
});

test("several files chosen at once are each checked when they have arrived", async ({
  page,
  surroundings,
}) => {
  await page.goto("/tasks/new");
  await page.getByRole("radio", { name: "Upload Video" }).click();
  const files = [surroundings.mediaFile("clip"), surroundings.mediaFile("portrait")];
  await page.locator('input[type="file"]').first().setInputFiles(files);
  const checks = page.getByRole("list", { name: "Checks" }).getByRole("listitem");
  await expect(checks).toHaveCount(2);
  await expect(checks.nth(0)).toContainText("640×360", { timeout: 40_000 });
  await expect(checks.nth(1)).toContainText("360×640", { timeout: 40_000 });
  for (const name of ["clip.mp4", "portrait.mp4"])
    await page.getByRole("button", { name: `Remove ${name}` }).click();
  await expect(row(page)).toHaveCount(0);
});

test("after a reload another file is refused, and the same one goes on from what is stored", async ({
  page,
  api,
}) => {
  page.on("dialog", (dialog) => void dialog.accept());
  await page.goto("/tasks/new");
  await slowLine(page);
  await beginUpload(page);
  await untilPercent(page, 30);
  const id = await confirm(page, "resumed/{input_name}");
  await page.reload();
  await expect(
    page.getByText(/^Waiting for the upload: \d+ % of intro\.mp4 arrived\. Nobody is sending it now\.$/),
  ).toBeVisible({ timeout: 40_000 });
  await page.goto("/tasks");
  await expect(page.getByText(/^Nobody is sending the upload, \d+ %$/).first()).toBeVisible({
    timeout: 30_000,
  });

  await page.goto("/tasks/new");
  await page.getByRole("radio", { name: "Upload Video" }).click();
  const unfinished = page.getByRole("region", { name: "Not finished last time" });
  await expect(unfinished.getByText(/^\d+ % of it arrived\. Nobody is sending it now\.$/)).toBeVisible();
  await expectAccessible(page);
  const input = unfinished.locator('input[type="file"]');
  await input.setInputFiles({ name: "other.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(10) });
  await expect(unfinished.getByRole("alert")).toContainText("isn't the file of this upload");
  await input.setInputFiles(impostor);
  await expect(unfinished.getByRole("alert")).toContainText("its content differs");

  const offsets = watchOffsets(page);
  await input.setInputFiles(film);
  await expect(unfinished).toBeHidden();
  await waitForStatus(api, id, ["succeeded"]);
  expect(offsets).toHaveLength(1);
  expect(offsets[0]).toBeGreaterThan(SIZE / 10);
});

test.describe("the server is killed", () => {
  test.use({
    expectedComplaints: [/net::ERR_|Failed to fetch|Failed to load resource|network error|ChunkLoadError/],
  });

  test("and started again in the middle of an upload: the task succeeds", async ({
    page,
    api,
    surroundings,
  }) => {
    const offsets = watchOffsets(page);
    await page.goto("/tasks/new");
    await slowLine(page);
    await beginUpload(page);
    await untilPercent(page, 20);
    const id = await confirm(page, "killed-web/{input_name}");
    const [web] = processesUnder(surroundings.productPid, "lib/http/server.ts");
    if (web === undefined) throw new Error("There is no web process.");
    process.kill(web, "SIGKILL");
    await expect
      .poll(
        () =>
          api.get("/api/health").then(
            (answer) => answer.ok(),
            () => false,
          ),
        { timeout: 60_000 },
      )
      .toBe(true);
    await waitForStatus(api, id, ["succeeded"]);
    expect(offsets.length).toBeGreaterThanOrEqual(2);
    expect(offsets.at(-1)).toBeGreaterThan(SIZE / 10);
  });
});

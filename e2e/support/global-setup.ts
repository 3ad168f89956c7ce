import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { request } from "@playwright/test";

import { makeMediaFiles } from "#e2e/support/media-files.ts";
import { startMediaServer } from "#e2e/support/media-server.ts";
import { ADMIN, startProduct } from "#e2e/support/product.ts";

/**
 * Before the journeys: test media and a server for them, the product on a folder of its own, and one signed-in session.
 * The addresses are in the environment of every test process. Returns what ends it all.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "vod-e2e-"));
  // As root, database and ffmpeg run as others and must be able to pass.
  chmodSync(folder, 0o711);
  const mediaDir = path.join(folder, "media");
  mkdirSync(mediaDir);
  makeMediaFiles(mediaDir);
  const media = await startMediaServer(mediaDir);
  const product = await startProduct(path.join(folder, "data"), Number(process.env["E2E_PORT"]));

  process.env["E2E_MEDIA_URL"] = media.url;
  process.env["E2E_MEDIA_DIR"] = mediaDir;
  process.env["E2E_DATA_DIR"] = product.dataDir;
  process.env["E2E_PRODUCT_PID"] = String(product.process.pid);
  process.env["E2E_SESSION"] = path.join(folder, "session.json");
  await saveSession(product.url, process.env["E2E_SESSION"]);

  return async () => {
    await product.stop();
    await media.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Signs the admin in as the sign-in page does, and keeps the cookies. */
async function saveSession(url: string, file: string): Promise<void> {
  const context = await request.newContext({ baseURL: url });
  const { csrfToken } = (await (await context.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const answer = await context.post("/api/auth/callback/credentials", {
    form: { csrfToken, email: ADMIN.email, password: ADMIN.password, json: "true" },
    headers: { origin: url },
  });
  const session = (await (await context.get("/api/auth/session")).json()) as { user?: { email: string } };
  if (session.user?.email !== ADMIN.email) {
    throw new Error(`The admin could not sign in: ${answer.status()} ${await answer.text()}`);
  }
  await context.storageState({ path: file });
  await context.dispose();
}

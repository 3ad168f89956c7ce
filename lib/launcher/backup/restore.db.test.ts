import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { startMediaServer, type MediaServer } from "#e2e/support/media-server.ts";
import { ProductClient } from "#e2e/support/product-client.ts";
import { startProduct, type Product } from "#e2e/support/product.ts";
import { freePort } from "#lib/launcher/free-port.ts";
import type { TaskView } from "#lib/tasks/view.ts";
import { isSignedWith, startSink } from "#lib/webhooks/test-sink.ts";
import type { DeliveryPage, EndpointWithSecret } from "#lib/webhooks/view.ts";

/** The whole way, with the commands that an operator types. */

let folder = "";
let media: MediaServer;
let sink: Awaited<ReturnType<typeof startSink>>;
let isSinkUp = false;
const running: Product[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "vod-restore-"));
  chmodSync(folder, 0o711);
  const mediaDir = path.join(folder, "media");
  mkdirSync(mediaDir);
  const clip = path.join(mediaDir, "clip.mp4");
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=20"];
  const encode = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
  execFileSync("ffmpeg", ["-nostdin", "-loglevel", "error", ...picture, ...encode, clip]);
  media = await startMediaServer(mediaDir);
  sink = await startSink((response) => response.writeHead(isSinkUp ? 200 : 500).end());
}, 60_000);
afterAll(async () => {
  await Promise.all(running.map((product) => product.stop()));
  await media.stop();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function command(name: string, dataDir: string, ...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["lib/launcher/copy-database.ts", name, ...args],
    {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        DATA_DIR: dataDir,
      } as Record<string, string> as unknown as NodeJS.ProcessEnv,
    },
  );
  return { status, said: `${stdout}${stderr}` };
}

async function start(dataDir: string): Promise<Product> {
  const product = await startProduct(dataDir, await freePort());
  running.push(product);
  return product;
}

test("a backup of a running installation becomes another one: people, keys, tasks, secrets and files", async () => {
  const oldDir = path.join(folder, "old");
  const old = await start(oldDir);
  const program = ProductClient.program(old.url);
  const admin = await ProductClient.admin(old.url);
  const made = await admin.json<EndpointWithSecret>("/api/v1/webhooks/endpoints", {
    url: sink.url,
    events: ["task.succeeded"],
  });
  const doneId = await program.submit({ type: "url", url: `${media.url}/clip.mp4` }, "films/done");
  const done = await program.until(doneId, "succeeded");
  const fileUrl = done.jobs[0]?.primary?.url ?? "";
  const published = Buffer.from(await (await fetch(fileUrl)).arrayBuffer());
  await expect.poll(() => sink.received.length, { timeout: 20_000 }).toBeGreaterThan(0);
  const runningId = await program.submit({ type: "url", url: `${media.url}/slow/clip.mp4` }, "films/slow");
  await program.until(runningId, "running");

  const [archive, keyFile] = [path.join(folder, "backup.tar.gz"), path.join(folder, "key")];
  const saved = command("backup", oldDir, "--to", archive, "--with-files", "--with-key", keyFile);
  expect(saved.said).toMatch(/Backup: .+backup\.tar\.gz/);
  expect(saved.said).toMatch(/Who has both files can read every stored secret: keep them apart/);
  expect(saved.status).toBe(0);
  expect(statSync(archive).mode & 0o777).toBe(0o600);
  expect(readFileSync(keyFile, "utf8")).toBe(readFileSync(path.join(oldDir, "secret-key"), "utf8"));
  // A refusal changes nothing: the running installation's folder, and one that is not empty.
  expect(command("restore", oldDir, "--from", archive, "--key", keyFile).said).toMatch(/already runs on/);
  await old.stop();
  running.splice(running.indexOf(old), 1);
  const full = command("restore", oldDir, "--from", archive, "--key", keyFile);
  expect([full.status, full.said]).toEqual([1, expect.stringMatching(/is not empty .+Nothing was changed/s)]);

  // While nothing runs there: the same, and never over a file that is there.
  const cold = path.join(folder, "cold.tar.gz");
  expect(command("backup", oldDir, "--to", cold).said).toMatch(/uploads and published files are not in it/);
  const twice = command("backup", oldDir, "--to", cold);
  expect([twice.status, twice.said]).toEqual([1, expect.stringMatching(/is there already/)]);
  const bare = command("restore", path.join(folder, "bare"), "--from", cold, "--without-key");
  expect(bare.said).toMatch(/Published files: 1, missing: 1, not looked for: 0\./);
  expect(readFileSync(path.join(folder, "bare", "restore-report.txt"), "utf8")).toMatch(
    /^local: films\/done\.mp4 \(missing\)\n$/,
  );

  const newDir = path.join(folder, "new");
  const keyless = command("restore", newDir, "--from", archive);
  expect([keyless.status, keyless.said]).toEqual([1, expect.stringMatching(/The secret key .+ is needed/)]);
  writeFileSync(path.join(folder, "broken.tar.gz"), readFileSync(archive).subarray(0, 200_000));
  const broken = command("restore", newDir, "--from", path.join(folder, "broken.tar.gz"), "--key", keyFile);
  expect([broken.status, broken.said]).toEqual([1, expect.stringMatching(/is damaged/)]);
  const restored = command("restore", newDir, "--from", archive, "--key", keyFile);
  expect(restored.said).toMatch(/in the queue again: 1\./);
  expect(restored.said).toMatch(/had not arrived and were not sent: 1\./);
  expect(restored.said).toMatch(/Published files: 1, missing: 0, not looked for: 0\./);
  expect(restored.status).toBe(0);

  isSinkUp = true;
  const before = sink.received.length;
  const again = await start(newDir);
  const [key, person] = [ProductClient.program(again.url), await ProductClient.admin(again.url)];
  const { items } = await key.json<{ items: { id: string }[] }>("/api/v1/tasks");
  expect(items.map((task) => task.id).sort()).toEqual([doneId, runningId].sort());
  const link = (await key.json<TaskView>(`/api/v1/tasks/${doneId}`)).jobs[0]?.primary?.url ?? "";
  expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(published)).toBe(true);
  const deliveries = await person.json<DeliveryPage>("/api/v1/webhooks/deliveries");
  expect(deliveries.items.map(({ state, lastError }) => [state, lastError])).toEqual([["dead", "restored"]]);
  // What ran is run again, and its event is signed with the secret that was stored.
  await key.until(runningId, "succeeded");
  await expect.poll(() => sink.received.length, { timeout: 20_000 }).toBe(before + 1);
  expect(isSignedWith(made.secret, sink.received.at(-1)!)).toBe(true);
  expect(existsSync(path.join(newDir, "outputs", "local", "films", "slow.mp4"))).toBe(true);
}, 300_000);

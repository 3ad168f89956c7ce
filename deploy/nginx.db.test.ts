import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ProductClient } from "#e2e/support/product-client.ts";
import { startProduct, type Product } from "#e2e/support/product.ts";
import { freePort } from "#lib/launcher/free-port.ts";
import { hasProgram } from "#lib/launcher/system-tools.ts";

/** deploy/nginx.conf as it is, with another port and without TLS, in front of the built product. */

const NGINX = "/usr/sbin/nginx";
const isThere = hasProgram("nginx", path.dirname(NGINX));
let folder = "";
let url = "";
let product: Product | undefined;
let nginx: ChildProcess | undefined;

beforeAll(async () => {
  if (!isThere) return;
  folder = mkdtempSync(path.join(os.tmpdir(), "vod-nginx-"));
  chmodSync(folder, 0o711);
  const [port, upstream] = [await freePort(), await freePort()];
  url = `http://127.0.0.1:${port}`;
  product = await startProduct(path.join(folder, "data"), upstream, {
    PUBLIC_URL: url,
    TRUSTED_PROXIES: "127.0.0.1",
  });
  const site = readFileSync("deploy/nginx.conf", "utf8")
    .replace("server 127.0.0.1:3000;", `server 127.0.0.1:${upstream};`)
    .replace("listen 443 ssl http2;", `listen 127.0.0.1:${port};`)
    .replaceAll(/^ *ssl_certificate.*;$/gm, "");
  const file = path.join(folder, "nginx.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(" ");
  writeFileSync(
    file,
    `${process.getuid?.() === 0 ? "user root;" : ""} daemon off; pid ${folder}/nginx.pid; error_log stderr;
     events {} http { access_log off; ${temporary} ${site} }`,
  );
  nginx = spawn(NGINX, ["-c", file], { stdio: ["ignore", "ignore", "inherit"] });
  const deadline = Date.now() + 20_000;
  const isUp = () =>
    fetch(`${url}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!(await isUp())) {
    if (Date.now() > deadline) throw new Error("nginx does not answer");
    await sleep(200);
  }
}, 180_000);
afterAll(async () => {
  nginx?.kill("SIGTERM");
  await product?.stop();
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
}, 60_000);

test.runIf(isThere)("sign-in works through the proxy, and the client is who connected to it", async () => {
  const admin = await ProductClient.admin(url);
  const { items } = await admin.json<{ items: { address: string }[] }>("/api/v1/audit");
  expect(items[0]?.address).toBe("127.0.0.1");
});

test.runIf(isThere)(
  "an upload of 50 MB, event streams and ranges go through as they come",
  async () => {
    const program = ProductClient.program(url);
    const bytes = randomBytes(50 * 1024 * 1024);
    const tus = { "Tus-Resumable": "1.0.0" };
    const made = await program.send("/api/v1/uploads/tus", {
      method: "POST",
      headers: { ...tus, "Upload-Length": String(bytes.length), "Upload-Metadata": "filename YS5tcDQ=" },
    });
    expect(made.status).toBe(201);
    const location = new URL(made.headers.get("location") ?? "", url);
    // What the server tells clients is the proxy's address.
    expect(location.origin).toBe(url);
    const sent = await program.send(location.pathname, {
      method: "PATCH",
      headers: { ...tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" },
      body: bytes,
    });
    expect([sent.status, sent.headers.get("upload-offset")]).toEqual([204, String(bytes.length)]);
    const uploads = path.join(product?.dataDir ?? "", "uploads");
    const stored = readdirSync(uploads).find((name) => !name.endsWith(".json")) ?? "";
    expect(readFileSync(path.join(uploads, stored)).equals(bytes)).toBe(true);

    const stream = await program.fetch("/api/v1/events");
    expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const heard = readUntil(stream, "event: c", 10_000);
    const { items } = await program.json<{ items: { id: string }[] }>("/api/v1/samples");
    const id = await program.submit({ type: "sample", sample: items[0]?.id }, "through-nginx");
    expect(await heard).toContain(id);

    const file = (await program.until(id, "succeeded")).jobs[0]?.primary;
    const part = await fetch(file?.url ?? "", { headers: { range: "bytes=10-19" } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 10-19/${file?.sizeBytes}`]);
    expect((await part.arrayBuffer()).byteLength).toBe(10);
  },
  240_000,
);

async function readUntil(response: Response, wanted: string, timeoutMs: number): Promise<string> {
  const late = AbortSignal.timeout(timeoutMs);
  let text = "";
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  late.addEventListener("abort", () => void reader?.cancel(), { once: true });
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) return text;
    text += next.value;
    if (!text.includes(wanted)) continue;
    await reader?.cancel();
    return text;
  }
}

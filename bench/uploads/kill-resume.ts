import { createHash, randomFillSync } from "node:crypto";
import { createReadStream, createWriteStream, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { Upload } from "tus-js-client";

import { startBenchProduct, type BenchProduct } from "./product-for-bench.ts";
import { processesUnder } from "#e2e/support/product.ts";

/**
 * One large upload into the built product while its web process is killed with SIGKILL twice:
 * `node bench/uploads/kill-resume.ts [--megabytes 1000]`. The supervisor starts the process again and tus-js-client goes
 * on by itself. Prints the offsets and both SHA-256; ends with 1 unless they are equal and the server counts the upload
 * as complete.
 */
const MEGABYTE = 1_000_000;
const KILL_AT = [0.33, 0.66];

const { values } = parseArgs({ options: { megabytes: { type: "string", default: "1000" } } });
const sizeBytes = Number(values.megabytes) * MEGABYTE;

function* randomBlocks(): Generator<Buffer> {
  for (let left = sizeBytes; left > 0; left -= MEGABYTE)
    yield randomFillSync(Buffer.allocUnsafe(Math.min(left, MEGABYTE)));
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function kill(product: BenchProduct): void {
  const [web] = processesUnder(product.process.pid ?? -1, "lib/http/server.ts");
  if (web === undefined) throw new Error("there is no web process to kill");
  process.kill(web, "SIGKILL");
  console.log(`killed -9   web process ${web}`);
}

/** The only stored upload. */
function storedFile(product: BenchProduct): string {
  const folder = path.join(product.dataDir, "uploads");
  const [name, ...others] = readdirSync(folder);
  if (name === undefined || others.length > 0) throw new Error(`one upload was expected in ${folder}`);
  return path.join(folder, name);
}

async function upload(product: BenchProduct, file: string): Promise<{ url: string; resumedAt: number[] }> {
  const kills = [...KILL_AT];
  const resumedAt: number[] = [];
  return new Promise((resolve, reject) => {
    const sending = new Upload(createReadStream(file), {
      endpoint: `${product.url}/api/v1/uploads/tus`,
      headers: { Authorization: product.headers["Authorization"] ?? "" },
      metadata: { filename: "kill-resume.mov" },
      retryDelays: Array.from({ length: 60 }, () => 1000),
      onAfterResponse: (request, response) => {
        if (request.getMethod() !== "HEAD" || response.getStatus() !== 200) return;
        resumedAt.push(Number(response.getHeader("Upload-Offset")));
        console.log(`resumed at  ${resumedAt.at(-1)}`);
      },
      onProgress: (sent) => {
        const [next] = kills;
        if (next === undefined || sent < next * sizeBytes) return;
        kills.shift();
        kill(product);
        console.log(`stored then ${statSync(storedFile(product)).size} of ${sizeBytes}`);
      },
      onError: reject,
      onSuccess: () => resolve({ url: sending.url ?? "", resumedAt }),
    });
    sending.start();
  });
}

const product = await startBenchProduct();
const source = path.join(product.dataDir, "..", "source");
try {
  await pipeline(randomBlocks, createWriteStream(source));
  const { url, resumedAt } = await upload(product, source);
  const id = url.slice(url.lastIndexOf("/") + 1);
  const answer = await fetch(`${product.url}/api/v1/uploads/${id}`, { headers: product.headers });
  const view = (await answer.json()) as { state: string; offsetBytes: number };
  const [sent, stored] = [await sha256(source), await sha256(storedFile(product))];
  console.log(
    `sent        ${sent}\nstored      ${stored}\nstate       ${view.state}, ${view.offsetBytes} bytes`,
  );
  const isGood =
    sent === stored &&
    view.state === "complete" &&
    resumedAt.length === KILL_AT.length &&
    resumedAt.every((one) => one > 0);
  console.log(isGood ? "byte-identical" : "NOT GOOD");
  if (!isGood) process.exitCode = 1;
} finally {
  rmSync(source, { force: true });
  await product.stop();
}

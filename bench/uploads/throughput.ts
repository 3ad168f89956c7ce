import { fork } from "node:child_process";
import { rmSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { parseArgs } from "node:util";

import { startBenchProduct, type BenchProduct } from "./product-for-bench.ts";

/**
 * How fast the product takes an upload, against a bare Node server that writes the same stream to the same disk:
 * `node bench/uploads/throughput.ts [--megabytes 512] [--rounds 7]`. The three take turns, so that what else the machine
 * does falls on all; printed are the medians in MB/s and their ratio. Ends with 1 when the ratio is below the target.
 */
const TARGET = 0.8;
const MEGABYTE = 1_000_000;

const { values } = parseArgs({
  options: { megabytes: { type: "string", default: "512" }, rounds: { type: "string", default: "7" } },
});
const sizeBytes = Number(values.megabytes) * MEGABYTE;
const rounds = Number(values.rounds);
const block = Buffer.alloc(MEGABYTE);
for (let i = 0; i < block.length; i += 4) block.writeUInt32LE((i * 2_654_435_761) >>> 0, i);

/** Sends the body and resolves with the megabytes per second until the answer. */
function send(url: string, method: string, headers: Record<string, string>): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const sending = request(
      url,
      { method, headers: { ...headers, "Content-Length": String(sizeBytes) } },
      (answer) => {
        answer.resume().on("end", () => {
          if (answer.statusCode === 204)
            resolve(sizeBytes / MEGABYTE / ((performance.now() - started) / 1000));
          else reject(new Error(`${method} ${url} answered ${answer.statusCode}`));
        });
      },
    );
    sending.on("error", reject);
    let left = sizeBytes / MEGABYTE;
    const more = () => {
      while (left > 0) {
        left -= 1;
        if (!sending.write(block)) return void sending.once("drain", more);
      }
      sending.end();
    };
    more();
  });
}

async function upload({ url, headers }: BenchProduct): Promise<number> {
  const endpoint = `${url}/api/v1/uploads/tus`;
  const made = await fetch(endpoint, {
    method: "POST",
    headers: { ...headers, "Upload-Length": String(sizeBytes), "Upload-Metadata": "filename YmVuY2gubXA0" },
  });
  if (made.status !== 201) throw new Error(`creation answered ${made.status}: ${await made.text()}`);
  const address = new URL(made.headers.get("location") ?? "", url).href;
  const speed = await send(address, "PATCH", {
    ...headers,
    "Upload-Offset": "0",
    "Content-Type": "application/offset+octet-stream",
  });
  const removed = await fetch(address, { method: "DELETE", headers });
  if (removed.status !== 204) throw new Error(`removal answered ${removed.status}`);
  return speed;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const product = await startBenchProduct();
const bareFile = path.join(product.dataDir, "uploads", "bare");
const bare = fork(path.join(import.meta.dirname, "bare-server.ts"), [bareFile]);
try {
  const port = await new Promise<number>((resolve) =>
    bare.once("message", (message) => resolve(Number(message))),
  );
  const toBare = async (route: string) => {
    const speed = await send(`http://127.0.0.1:${port}${route}`, "PUT", {});
    rmSync(bareFile);
    return speed;
  };
  const runners = {
    bare: () => toBare("/"),
    "bare, synced": () => toBare("/synced"),
    tus: () => upload(product),
  };
  const speeds: Record<keyof typeof runners, number[]> = { bare: [], "bare, synced": [], tus: [] };
  const names = Object.keys(runners) as (keyof typeof runners)[];
  await upload(product);
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed()) speeds[name].push(await runners[name]());
  for (const name of names)
    console.log(
      `${name.padEnd(13)} median ${median(speeds[name]).toFixed(0)} MB/s   (${speeds[name].map((one) => one.toFixed(0)).join(" ")})`,
    );
  const ratio = median(speeds.tus) / median(speeds["bare, synced"]);
  console.log(
    `tus / bare, synced = ${ratio.toFixed(2)} (target ${TARGET}); tus / bare = ${(median(speeds.tus) / median(speeds.bare)).toFixed(2)}`,
  );
  if (ratio < TARGET) process.exitCode = 1;
} finally {
  bare.disconnect();
  await product.stop();
}

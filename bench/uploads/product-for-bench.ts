import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";

import { ACCESS_KEY, startProduct, type Product } from "#e2e/support/product.ts";

export type BenchProduct = Product & { headers: Record<string, string> };

/** The built product on a folder of its own below the working directory's `data`, gone after `stop`. */
export async function startBenchProduct(): Promise<BenchProduct> {
  const folder = mkdtempSync(path.join(process.env["BENCH_DIR"] ?? path.resolve("."), "vod-bench-"));
  // As root, the database runs as another user and must be able to pass.
  chmodSync(folder, 0o711);
  const product = await startProduct(path.join(folder, "data"), freePort());
  const basic = Buffer.from(`${ACCESS_KEY.id}:${ACCESS_KEY.secret}`).toString("base64");
  return {
    ...product,
    headers: { Authorization: `Basic ${basic}`, "Tus-Resumable": "1.0.0" },
    stop: async () => {
      await product.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): number {
  const script =
    'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})';
  return Number(spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout);
}

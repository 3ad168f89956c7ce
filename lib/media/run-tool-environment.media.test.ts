import { mkdirSync, readdirSync, readFileSync } from "node:fs";

import { afterAll, expect, test } from "vitest";

import { runTool } from "#lib/media/run-tool.ts";
import { detectSandbox } from "#lib/media/sandbox.ts";
import { Clips, realTools } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

/** Environments of the processes whose command line has this text. */
function environmentsOf(marker: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const isOurs = readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(marker);
      return isOurs ? [readFileSync(`/proc/${pid}/environ`, "utf8").replaceAll("\0", " ")] : [];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

test("without a sandbox as well, ffmpeg's environment holds a path and a locale, and no setting of ours", async () => {
  const { tools } = await realTools();
  const writeDir = clips.path("environment");
  mkdirSync(writeDir);
  const output = `${writeDir}/environment.ts`;
  process.env["CANARY_SECRET"] = "canary-in-the-environment";
  const seen = new Set<string>();
  const watch = setInterval(() => environmentsOf(output).forEach((text) => seen.add(text.trim())), 50);
  try {
    const result = await runTool({
      tool: "ffmpeg",
      args: [
        ...["-nostdin", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=5:d=2"],
        ...["-c:v", "libx264", "-f", "mpegts", `file:${output}`],
      ],
      tools: { ...tools, sandbox: await detectSandbox("off") },
      readPaths: [],
      writeDir,
    });
    expect(result.exitCode).toBe(0);
  } finally {
    clearInterval(watch);
    delete process.env["CANARY_SECRET"];
  }
  const settled = [...seen].filter((text) => text !== "");
  expect(settled.length).toBeGreaterThan(0);
  for (const text of settled) {
    expect(text).not.toMatch(/CANARY|SECRET|DATABASE|ADMIN|ACCESS_KEY/);
    expect(text).toContain("LC_ALL=C.UTF-8");
  }
});

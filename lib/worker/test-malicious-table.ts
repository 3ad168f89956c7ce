import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

import prettier from "prettier";

/** What the table of malicious media says, how a leak is recognised and how memory is measured. */
export type MaliciousRow = {
  id: string;
  what: string;
  by: string;
  ended: string;
  /** Of bombs: from the claim to the end, and the most that ffmpeg and ffprobe held together. */
  seconds?: number;
  megabytes?: number;
};

/** Frame MD5s of a video's pictures, each reduced to 8 × 8: the same for a copy and for an encode of the same pictures. */
export function frameMarks(file: string): Set<string> {
  const printed = execFileSync(
    "ffmpeg",
    [
      "-nostdin",
      "-v",
      "error",
      "-i",
      `file:${file}`,
      "-map",
      "0:v?",
      "-vf",
      "scale=8:8:flags=area,format=gray",
      "-f",
      "framemd5",
      "-",
    ],
    { encoding: "utf8" },
  );
  return new Set(
    printed
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split(",").at(-1)?.trim() ?? ""),
  );
}

/** Watches what the tools under `needle` (a folder in their command lines) hold. Megabytes, the sum of the peaks seen at once. */
export function watchMemory(needle: string): () => number {
  let most = 0;
  const timer = setInterval(() => {
    let kilobytes = 0;
    for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (
          !command.includes(needle) ||
          !/^ff(mpeg|probe)$/m.test(readFileSync(`/proc/${pid}/comm`, "utf8").trim())
        )
          continue;
        kilobytes += Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
      } catch {
        // It ended while it was looked at.
      }
    }
    most = Math.max(most, kilobytes / 1024);
  }, 30);
  return () => {
    clearInterval(timer);
    return Math.round(most);
  };
}

const INTRO = `# Malicious media

What somebody may hand over to read another project's files, to reach into the network or to fill a machine, and how it
ends. \`lib/worker/malicious-media.db.test.ts\` sends each of these through a real worker, by upload or by address, beside
a video and a text of another project and a server on 127.0.0.2 that must never be called. After each run: no result
holds a picture of the other project's video (frame MD5, with a control that does), nobody called the server, every work
folder is gone. \`MALICIOUS_MEDIA=all UPDATE_TABLES=1 npm test -- db -- lib/worker/malicious-media\` runs all of it both
ways and writes this file anew; a plain run sends each once, every third by address.
`;

export async function toTable(
  rows: readonly MaliciousRow[],
  bombs: readonly MaliciousRow[],
  images: readonly MaliciousRow[],
): Promise<string> {
  const cell = (value: string) => value.replaceAll("|", "\\|");
  const line = (row: MaliciousRow) => `| ${row.id} | ${cell(row.what)} | ${row.by} | ${row.ended} |`;
  const text = [
    INTRO,
    "| | What | By | Ended |",
    "| --- | --- | --- | --- |",
    ...rows.map(line),
    "",
    "## Images",
    "",
    "As a watermark (i), within the template or by address, and as a source (j): refused, each with its reason.",
    "",
    "| | What | By | Ended |",
    "| --- | --- | --- | --- |",
    ...images.map(line),
    "",
    "## Bombs",
    "",
    "| | What | Ended | Seconds | Megabytes |",
    "| --- | --- | --- | --- | --- |",
    ...bombs.map(
      (row) =>
        `| ${row.id} | ${cell(row.what)} | ${row.ended} | ${row.seconds?.toFixed(1)} | ${row.megabytes} |`,
    ),
  ].join("\n");
  const options = await prettier.resolveConfig(new URL(FILE).pathname);
  return prettier.format(text, { ...options, parser: "markdown" });
}

const FILE = new URL("../../docs/malicious-media.md", import.meta.url);
export const writeTable = (text: string): void => writeFileSync(FILE, text);

/** How each payload ends according to the kept table: "h01 upload" → "failed, INPUT_NOT_MEDIA"; bombs by their id. */
export function readTable(): Map<string, string> {
  const rows = readFileSync(FILE, "utf8")
    .split("\n")
    .map((line) => line.split(/(?<!\\)\|/).map((part) => part.trim()))
    .filter((cells) => /^[a-z]\d\d$/.test(cells[1] ?? ""));
  return new Map(
    rows.map((cells) =>
      cells.length > 6 ? [cells[1] ?? "", cells[3] ?? ""] : [`${cells[1]} ${cells[3]}`, cells[4] ?? ""],
    ),
  );
}

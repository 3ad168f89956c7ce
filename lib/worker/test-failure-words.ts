import { readFileSync, writeFileSync } from "node:fs";

import prettier from "prettier";
import { createTranslator } from "use-intl/core";

import type { FailureParams } from "#lib/errors.ts";
import en from "#lib/i18n/messages/en/failures.json" with { type: "json" };
import zh from "#lib/i18n/messages/zh-CN/failures.json" with { type: "json" };

/** A line of docs/failures.md: what really happened and what was said about it. */
export type ToldFailure = {
  what: string;
  code: string;
  isRetried: boolean;
  params: FailureParams;
  evidence: readonly string[];
};

/** What ffmpeg itself said to something that the product never asks it for, and what it was taken for. */
export type SaidRow = {
  what: string;
  code: string;
  isRetried: boolean;
  exitCode: number | null;
  line: string;
};

type Part = "title" | "why" | "fix";
export const PARTS: readonly Part[] = ["title", "why", "fix"];

/** A failure's sentences in a language. Throws where one has no text or lacks a figure. */
export function wordsOf(
  locale: "en" | "zh-CN",
  told: Pick<ToldFailure, "code" | "params">,
): Record<Part, string> {
  const translate = createTranslator({
    locale,
    messages: locale === "en" ? en : zh,
    timeZone: "UTC",
    onError: (error) => {
      throw error;
    },
  }) as unknown as (key: string, params: FailureParams) => string;
  const part = (name: Part) => translate(`${told.code}.${name}`, told.params);
  return { title: part("title"), why: part("why"), fix: part("fix") };
}

const INTRO = `# What goes wrong, and what is said about it

Each line was provoked against a real worker or a real ffmpeg; \`lib/worker/failure-table.db.test.ts\` does it again and
compares. \`UPDATE_TABLES=1 npm test -- db -- lib/worker/failure-table\` writes this file anew.

"Again" says whether the task is tried again by itself, up to the limits of \`lib/worker/outcome.ts\`. A quotation is the
last thing that the server or ffmpeg said, or, where nobody said anything, what the worker saw; lines of progress are never
among them. What each code becomes in a vendor's API: \`docs/dialect-codes.md\`.
`;

const FFMPEG_INTRO = `
## What ffmpeg says

What the planner and the worker never let it come to, because they look first: asked of the real ffmpeg by the product's own
runner, and classified by what came back. "Exit" stands before what it said.
`;

const OUTRO = `
## What cannot happen here

| Row of the designs | Why not |
| --- | --- |
| \`OUTPUT_EXISTS\` | A name that is taken is refused when the task is made, or gets a number (\`lib/outputs/free-path.ts\`); the worker locks the name. The code is kept for Outputs that refuse to replace. |
| \`http\` and \`tls\` lines of ffmpeg (404, 5XX, redirects, "unexpected TLS packet") | ffmpeg is never given an address: the worker fetches first, so the words are ours and know more. |
| "Unsafe file name", "not on whitelist", "Protocol not found" | A playlist is named as one by its first bytes before ffmpeg is asked to transcode it; the table above has the rule for the flags behind that. |
| "Unknown encoder", "not a suitable output format", "Only VP8 or VP9 or AV1" | A template is checked against the engine and against this worker's ffmpeg before it is planned: \`TEMPLATE_INVALID\` names the field. |
| "not divisible by 2", "Specified sample rate" | The planner rounds sizes and chooses rates that the encoder has. |
| "Stream map '0:v:0' matches no streams" | The planner asks the probe first: \`INPUT_NO_VIDEO\` and \`INPUT_NO_AUDIO\`. |
| "Error parsing option" | ffmpeg 5.1 only warns, leaves the option out and ends with exit code 0. |
| x265 without memory | Not in the table: it says "malloc of size" or "memory allocation failure", or crashes without a word, as it happens. |
| A port of an internal service on a public address | No public address is called by a test; \`lib/fetch/address-guard.test.ts\` asks the guard. |
| VMAF, GPU | Debian's ffmpeg has neither; no template can ask for them. |
| A name without an address | Needs a name server; \`lib/fetch/download.test.ts\` gives one of its own. |
`;

const quote = (line: string) => `\`${line.slice(0, 120).replaceAll("`", "'").replaceAll("|", "\\|")}\``;

/** The tables as Markdown. */
export async function toMarkdown(
  rows: readonly ToldFailure[],
  saidByFfmpeg: readonly SaidRow[],
): Promise<string> {
  const cell = (text: string) =>
    text
      .replaceAll("|", "\\|")
      .replaceAll(/[*<>[\]]/g, "\\$&")
      .replaceAll(/\s+/g, " ");
  const told = rows.map((row) => {
    const last = row.evidence.at(-1);
    const quoted = last === undefined ? "" : quote(last);
    return `| ${cell(row.what)} | \`${row.code}\` | ${row.isRetried ? "yes" : "no"} | ${quoted} |`;
  });
  const asked = saidByFfmpeg.map(
    (row) =>
      `| ${cell(row.what)} | \`${row.code}\` | ${row.isRetried ? "yes" : "no"} | ${row.exitCode}: ${quote(row.line)} |`,
  );
  const failed = rows.filter((row) => row.code !== "succeeds");
  const words = failed.map((row) => {
    const [inEnglish, inChinese] = [wordsOf("en", row), wordsOf("zh-CN", row)].map(
      ({ title, why, fix }) => `**${cell(title)}** ${cell(why)} ${cell(fix)}`,
    );
    return `| ${cell(row.what)} | ${inEnglish} | ${inChinese} |`;
  });
  const text = [
    INTRO,
    "| What happened | Code | Again | Quoted |",
    "| --- | --- | --- | --- |",
    ...told,
    "",
    "## In words",
    "",
    "| What happened | English | 中文 |",
    "| --- | --- | --- |",
    ...words,
    FFMPEG_INTRO,
    "| What ffmpeg is asked for | Code | Again | Exit, and what it said |",
    "| --- | --- | --- | --- |",
    ...asked,
    OUTRO,
  ].join("\n");
  const options = await prettier.resolveConfig(new URL("../../docs/failures.md", import.meta.url).pathname);
  return prettier.format(text, { ...options, parser: "markdown" });
}

/** Without what differs from run to run and between versions of ffmpeg: figures, and what is quoted. */
export function essence(markdown: string): string[] {
  return markdown
    .split("\n")
    .map((line) => line.replace(/\| (yes|no) +\|.*$/, "| $1 |").replaceAll(/\d+([.,:]\d+)*/g, "#"))
    .map((line) => line.replaceAll(/\s+/g, " "));
}

const FILE = new URL("../../docs/failures.md", import.meta.url);
export const readTable = (): string => readFileSync(FILE, "utf8");
export const writeTable = (text: string): void => writeFileSync(FILE, text);

import { readdirSync, readFileSync, writeFileSync } from "node:fs";

import prettier from "prettier";
import { expect, test } from "vitest";

import * as visionular from "#lib/dialects/visionular/errors.ts";
import { ERROR_CODES, FAILURE_CODES } from "#lib/errors.ts";
import { EXAMPLE_PARAMS } from "#lib/i18n/example-failures.ts";
import { failureMessage } from "#lib/i18n/failure-message.ts";

/** What a dialect makes of a failed task's code, and of a refused request's (HTTP status first). */
type Dialect = {
  name: string;
  ofFailure: (code: (typeof FAILURE_CODES)[number]) => string;
  ofError: (code: (typeof ERROR_CODES)[number]) => string;
};

/** By folder of lib/dialects. */
const DIALECTS: Record<string, Dialect> = {
  visionular: {
    name: "AuroraCloud",
    ofFailure: (code) => String(visionular.FAILURE_CODES_ON_THE_WIRE[code]),
    ofError: (code) => visionular.REQUEST_ERRORS[code].join(" "),
  },
};

const ROOT = new URL("../../", import.meta.url);
const FILE = new URL("docs/dialect-codes.md", ROOT);

const INTRO = `# What each code becomes in a vendor's API

Written from the dialects' own tables; \`lib/http/dialect-codes.test.ts\` compares, and with \`UPDATE_TABLES=1\` writes this
file anew. The native API gives our codes as they are.

## A task that has failed

The message is the English sentence that the native API gives too, in the dialect's field for it. The figures in it are
examples; \`docs/failures.md\` has real ones, and the Chinese of each.
`;

function toMarkdown(): string {
  const all = Object.values(DIALECTS);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = (head: string[], rows: string[][]) => [
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
  ];
  const names = all.map(({ name }) => name);
  const failures = FAILURE_CODES.map((code) => [
    `\`${code}\``,
    ...all.map(({ ofFailure }) => ofFailure(code)),
    failureMessage(code, EXAMPLE_PARAMS[code]),
  ]);
  const errors = ERROR_CODES.map((code) => [`\`${code}\``, ...all.map(({ ofError }) => ofError(code))]);
  return [
    INTRO,
    ...table(["Code", ...names, "Message"], failures),
    "",
    "## A request that is refused",
    "",
    "HTTP status, and the dialect's own code.",
    "",
    ...table(["Code", ...names], errors),
    "",
  ].join("\n");
}

test("every dialect has its column", () => {
  const folders = readdirSync(new URL("lib/dialects", ROOT), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  expect(Object.keys(DIALECTS).sort()).toEqual(folders.sort());
});

test("docs/dialect-codes.md says what the dialects' tables say", async () => {
  const options = await prettier.resolveConfig(FILE.pathname);
  const text = await prettier.format(toMarkdown(), { ...options, parser: "markdown" });
  if (process.env["UPDATE_TABLES"] === "1") writeFileSync(FILE, text);
  expect(readFileSync(FILE, "utf8")).toBe(text);
});

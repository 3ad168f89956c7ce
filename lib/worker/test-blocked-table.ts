import { readFileSync, writeFileSync } from "node:fs";

import prettier from "prettier";

/** Through what an address can be given to the product, in the order of the table's columns. */
export const DOORS = ["source", "preview", "webhook", "S3 Output", "callback"] as const;
export type Door = (typeof DOORS)[number];

/** What became of an address, by door; a door that it does not fit has none. */
export type BlockedRow = { name: string; outcomes: Partial<Record<Door, string>> };

const INTRO = `# Addresses that are never called

Each address leads, in one way or another, to a server of the test on 127.0.0.2 that must never be called; only
127.0.0.3, which redirects there, is allowed. \`lib/worker/blocked-addresses.db.test.ts\` hands each one to the running web
process and worker, as an admin, through every door, and compares with this table: nobody connected to the server, and
nothing that it says came out. \`UPDATE_TABLES=1 npm test -- db -- lib/worker/blocked-addresses\` writes this file anew.

"Refused at once" is an answer 400 with the field's name. A task or a preview that is refused later fails with
\`INPUT_BLOCKED\`, a delivery with \`blocked\`, or \`redirect\` where it was only redirected, which is a failure of its own.
An S3 Output is tried before and after it is saved. A callback is put into the database past its check.
`;

/** The table as Markdown. */
export async function toBlockedTable(rows: readonly BlockedRow[]): Promise<string> {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const head = [
    "Address",
    ...DOORS.map((door) => `As ${door === "S3 Output" ? "an S3 Output" : `a ${door}`}`),
  ];
  const text = [
    INTRO,
    line(head),
    line(head.map(() => "---")),
    ...rows.map(({ name, outcomes }) => line([name, ...DOORS.map((door) => outcomes[door] ?? "–")])),
  ].join("\n");
  const options = await prettier.resolveConfig(FILE.pathname);
  return prettier.format(text, { ...options, parser: "markdown" });
}

const FILE = new URL("../../docs/blocked-addresses.md", import.meta.url);
export const readBlockedTable = (): string => readFileSync(FILE, "utf8");
export const writeBlockedTable = (text: string): void => writeFileSync(FILE, text);

import { readFileSync, writeFileSync } from "node:fs";

import { SETTING_DOCS } from "#lib/settings.ts";

const BEGIN = "<!-- settings -->";
const END = "<!-- /settings -->";

/** The table of settings, as Markdown, aligned as prettier aligns it. */
export function settingsTable(): string {
  const rows = [
    ["Variable", "Default", "Meaning"],
    ...SETTING_DOCS.map(({ name, fallback, meaning }) => [`\`${name}\``, fallback, meaning]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

/** A document with the table between its two markers; unchanged when it is there already. */
export function withSettingsTable(document: string): string {
  const start = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (start === -1 || end < start)
    throw new Error(`The document has no place for the settings: ${BEGIN} … ${END}`);
  return `${document.slice(0, start + BEGIN.length)}\n\n${settingsTable()}\n\n${document.slice(end)}`;
}

// node lib/launcher/settings-table.ts: writes the README's table.
if (process.argv[1]?.endsWith("settings-table.ts") === true) {
  writeFileSync("README.md", withSettingsTable(readFileSync("README.md", "utf8")));
}

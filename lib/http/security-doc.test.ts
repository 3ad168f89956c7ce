import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");
const rows = readFileSync(path.join(ROOT, "docs/security.md"), "utf8")
  .split("\n")
  .map((line) => /^\| (\d+) +\|(.*)\|(.*)\|(.*)\|$/.exec(line))
  .filter((row) => row !== null);

test("docs/security.md has the forty lines of the checklist, each with a test or a reason", () => {
  expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  for (const [line, , , , proof = ""] of rows) {
    const tests = proof.match(/`[^`]+\.(test|spec)\.ts`/g) ?? [];
    const reason = proof.replaceAll(/`[^`]+`/g, "").trim();
    expect(tests.length > 0 || reason.length > 20 || /^As \d+/.test(reason), line).toBe(true);
  }
});

test("every file that it names is there", () => {
  const names = rows.flatMap(([line]) => line.match(/`(lib|e2e|app)\/[^`]+\.ts`/g) ?? []);
  expect(names.length).toBeGreaterThan(40);
  for (const name of names) expect(existsSync(path.join(ROOT, name.slice(1, -1))), name).toBe(true);
});

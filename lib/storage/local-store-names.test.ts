import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";

import { CONTAINERS } from "#lib/media/encode-spec.ts";
import { resolveOutputPath } from "#lib/outputs/output-path.ts";
import { LocalStore } from "#lib/storage/local-store.ts";

/** Names that a tenant chooses, against a real folder with a neighbour's beside it. */

let place: string;
let root: string;

beforeEach(async () => {
  place = await mkdtemp(path.join(os.tmpdir(), "vod-names-"));
  root = path.join(place, "tenant-a");
  await mkdir(root);
  await mkdir(path.join(place, "tenant-b"));
  await writeFile(path.join(place, "tenant-b", "film.mp4"), "theirs");
  await symlink(path.join(place, "tenant-b"), path.join(root, "link"));
});
afterEach(async () => {
  await rm(place, { recursive: true });
});

/** Pieces that have led out of folders before, between ordinary ones. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      "..",
      ".",
      "...",
      "/",
      "//",
      "\\",
      "..\\",
      "%2e%2e",
      "..%2f",
      "%00",
      "\0",
      "~",
      "-x",
      "%d",
      "CON",
      "link",
    ],
    ...[
      "tenant-b",
      "film.mp4",
      "{input_name}",
      "{template}",
      "․․",
      "..／",
      "e\u0301",
      " ",
      ".",
      "a".repeat(300),
    ],
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const name = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(""));
const joined = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join("/"));
const anyName = fc.oneof(name, joined);

/** Everything under the place that is not under the root, with its content's length. */
async function outside(): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => path.relative(place, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith(`tenant-a${path.sep}`))
    .sort();
}

test("whatever name a task is given, nothing is written outside of the Output's folder", async () => {
  const before = await outside();
  const store = new LocalStore(root, "media");
  let written = 0;
  await fc.assert(
    fc.asyncProperty(
      anyName,
      anyName,
      fc.constantFrom(...CONTAINERS),
      async (pattern, inputName, container) => {
        const values = { inputName, template: "T", taskNumber: 1, date: new Date(0) };
        for (const isLiteral of [false, true]) {
          const resolved = resolveOutputPath(pattern, values, container, { isLiteral });
          if (resolved.path === undefined) continue;
          await store.putBytes(resolved.path, Buffer.from("x")).then(
            () => written++,
            // A folder where a file is wanted, or the link: refused, and that is the point.
            () => undefined,
          );
        }
        expect(await outside()).toEqual(before);
      },
    ),
    { numRuns: 400, seed: 20261121 },
  );
  expect(written).toBeGreaterThan(20);
}, 60_000);

test("nor by the store itself, whatever path it is handed", async () => {
  const before = await outside();
  const store = new LocalStore(root, "media");
  await fc.assert(
    fc.asyncProperty(anyName, async (raw) => {
      for (const act of [
        () => store.putBytes(raw, Buffer.from("x")),
        () => store.delete(raw),
        () => store.deleteFolder(raw),
      ])
        await act().catch(() => undefined);
      expect(await outside()).toEqual(before);
    }),
    { numRuns: 400, seed: 20261121 },
  );
}, 60_000);

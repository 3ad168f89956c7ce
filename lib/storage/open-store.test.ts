import { mkdtempSync, mkdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { openStore } from "#lib/storage/open-store.ts";

const base = mkdtempSync(path.join(tmpdir(), "open-store-"));
const root = path.join(base, "root");
mkdirSync(root);
mkdirSync(path.join(base, "elsewhere"));
symlinkSync(path.join(base, "elsewhere"), path.join(root, "out"));
symlinkSync(root, path.join(base, "linked-root"));

const output = {
  id: "0198f6c0-0000-7000-8000-000000000001",
  name: "media",
  type: "local" as const,
  endpoint: null,
  region: "",
  bucket: "",
  forcePathStyle: true,
  credentialsEncrypted: null,
};
const open = (folder: string, { prefix = "", outputRoots = [root] } = {}) =>
  openStore({ ...output, folder, prefix }, { outputRoots, allowedPrivateCidrs: [] });

test("opens a folder of a root, one that is not there yet too, and a root that is itself a link", () => {
  expect(() => open(root)).not.toThrow();
  expect(() => open(path.join(root, "new", "one"))).not.toThrow();
  const linked = path.join(base, "linked-root");
  expect(() => open(path.join(linked, "new"), { outputRoots: [linked] })).not.toThrow();
});

test("refuses a folder outside of the roots, by name or through a link", () => {
  expect(() => open(path.join(base, "elsewhere"))).toThrow(/outside of OUTPUT_ROOTS/);
  expect(() => open(path.join(root, "out"))).toThrow(/outside of OUTPUT_ROOTS/);
  expect(() => open(root, { prefix: "out/deeper" })).toThrow(/outside of OUTPUT_ROOTS/);
});

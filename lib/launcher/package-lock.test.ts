import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";

import { completeLock } from "#lib/launcher/fix-lock.mjs";
import { thirdPartyNotices } from "#lib/launcher/third-party-notices.mjs";

type Entry = {
  version?: string;
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
};
type Lock = { packages: Record<string, Entry & { optionalDependencies?: Record<string, string> }> };

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;

test("the committed lock file names no registry, and has a hash for everything that it may not skip", () => {
  const entries = Object.entries(lock.packages).filter(([place]) => place !== "");
  expect(entries.filter(([, entry]) => entry.resolved !== undefined).map(([place]) => place)).toEqual([]);
  expect(entries.filter(([, entry]) => entry.integrity === undefined && entry.optional !== true)).toEqual([]);
});

test("the committed lock file lacks no optional package of another platform", () => {
  expect(completeLock(structuredClone(lock))).toEqual([]);
});

test("npm ci accepts the committed lock file", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "vod-lock-"));
  try {
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(file, path.join(folder, file));
    const args = ["ci", "--dry-run", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    const { status, stdout, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
    expect(status, stdout + stderr).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

test("what is put back is skipped everywhere but on its own platform", () => {
  const small: Lock = {
    packages: {
      "": {},
      "node_modules/a": {
        version: "1.0.0",
        resolved: "https://registry.example/a.tgz",
        optionalDependencies: {
          "@a/win32-arm64-msvc": "1.0.0",
          "@a/linux-arm-gnueabihf": "^1.0.0",
          "@a/native": "~1.0.0",
        },
      },
    },
  };
  expect(completeLock(small)).toEqual(["@a/win32-arm64-msvc", "@a/linux-arm-gnueabihf", "@a/native"]);
  expect(small.packages["node_modules/a"]).not.toHaveProperty("resolved");
  expect(small.packages["node_modules/@a/win32-arm64-msvc"]).toEqual({
    version: "1.0.0",
    cpu: ["arm64"],
    os: ["win32"],
    optional: true,
  });
  expect(small.packages["node_modules/@a/linux-arm-gnueabihf"]).toMatchObject({
    cpu: ["arm"],
    os: ["linux"],
  });
  expect(small.packages["node_modules/@a/native"]).toMatchObject({ version: "1.0.0", cpu: ["none"] });
});

test("the notices name every package that the product runs with", () => {
  expect(thirdPartyNotices(), "run: node lib/launcher/third-party-notices.mjs").toBe(
    readFileSync("THIRD_PARTY_NOTICES.md", "utf8"),
  );
});

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { makeMutant, type Mutation, MUTATIONS } from "./mutations.ts";

test.each(Object.keys(MUTATIONS) as Mutation[])(
  "%s changes a copy, and only a copy, of the sources",
  (mutation) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "vod-mutant-"));
    try {
      makeMutant(folder, mutation);
      for (const { file, find, replace } of MUTATIONS[mutation]) {
        expect(readFileSync(path.join(folder, file), "utf8")).toContain(replace);
        expect(readFileSync(file, "utf8")).toContain(find);
        expect(readFileSync(file, "utf8")).not.toBe(readFileSync(path.join(folder, file), "utf8"));
      }
      expect(existsSync(path.join(folder, "lib/worker/main.ts"))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

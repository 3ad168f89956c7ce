import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { findFile } from "#lib/media/find-file.ts";

const folder = mkdtempSync(join(tmpdir(), "find-file-"));
afterAll(() => rmSync(folder, { recursive: true }));
const unreadable = (code: string) => new Error(`cannot be read (${code})`);

test("tells what is there, what is not, and what cannot be looked at", async () => {
  writeFileSync(join(folder, "file"), "abc");
  symlinkSync("round", join(folder, "round"));
  expect((await findFile(join(folder, "file"), unreadable))?.size).toBe(3);
  expect(await findFile(join(folder, "none"), unreadable)).toBeNull();
  expect(await findFile(join(folder, "file/inside"), unreadable)).toBeNull();
  await expect(findFile(join(folder, "round/inside"), unreadable)).rejects.toThrow("cannot be read (ELOOP)");
});

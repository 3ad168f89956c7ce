import { type FileHandle, open } from "node:fs/promises";

import { expect, test } from "vitest";

import { LocalWriteError, writePiece } from "#lib/fetch/write-piece.ts";

test("a full disk is told apart from what the server does", async () => {
  const file = await open("/dev/full", "w");
  const failed = await writePiece(file, Buffer.alloc(10), 10, 0).catch((error: unknown) => error);
  await file.close();
  expect(failed).toBeInstanceOf(LocalWriteError);
  expect((failed as Error).cause).toMatchObject({ code: "ENOSPC" });
});

test("a piece that was taken in part is written to its end", async () => {
  const calls: number[][] = [];
  const write = (_piece: Buffer, from: number, length: number, at: number) => {
    calls.push([from, length, at]);
    return Promise.resolve({ bytesWritten: Math.min(4, length) });
  };
  await writePiece({ write } as unknown as FileHandle, Buffer.alloc(10), 10, 100);
  expect(calls).toEqual([
    [0, 10, 100],
    [4, 6, 104],
    [8, 2, 108],
  ]);
});

import type { FileHandle } from "node:fs/promises";

/** Our own disk failed, not the server; `cause` is what it said. */
export class LocalWriteError extends Error {
  constructor(cause: unknown) {
    super("a piece could not be written", { cause });
    this.name = "LocalWriteError";
  }
}

/** Writes the first `length` bytes of a piece at `offset`, all of them. @throws {LocalWriteError} */
export async function writePiece(
  file: FileHandle,
  piece: Buffer,
  length: number,
  offset: number,
): Promise<void> {
  try {
    for (let done = 0; done < length;) {
      // A nearly full disk takes a part, and says so only at the next call.
      const { bytesWritten } = await file.write(piece, done, length - done, offset + done);
      done += bytesWritten;
    }
  } catch (error) {
    throw new LocalWriteError(error);
  }
}

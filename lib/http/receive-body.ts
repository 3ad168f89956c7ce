import { createWriteStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";

/** So much waits in memory for the disk before the client is held back. */
const BUFFER_BYTES = 1024 ** 2;

type Place = { file: string; offset: number; signal: AbortSignal; onBytes: (count: number) => void };

/**
 * Writes a body of known length to a file from `offset` on, straight from Node's request: by way of the library's web
 * streams it takes more than twice the processor time. What is written before an error stays.
 * @returns false when it ended early: the client has left, or `signal` asked for it
 * @throws what the disk says
 */
export async function receiveBody(
  request: IncomingMessage,
  { file, offset, signal, onBytes }: Place,
): Promise<boolean> {
  const output = createWriteStream(file, { flags: "r+", start: offset, highWaterMark: BUFFER_BYTES });
  let diskError: Error | undefined;
  output.once("error", (error) => {
    // It breaks off as well when the request does; only its own errors are the disk's.
    const { syscall = "" } = error as NodeJS.ErrnoException;
    if (["open", "write", "writev", "close"].includes(syscall)) diskError = error;
  });
  const written = pipeline(request, output, { signal });
  request.on("data", (chunk: Buffer) => onBytes(chunk.length));
  try {
    await written;
    return true;
  } catch {
    if (diskError !== undefined) throw diskError;
    return false;
  }
}

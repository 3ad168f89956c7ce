import { readStoredBytes } from "#components/uploads/tus-calls.ts";

/** How much is compared at either end of the stored part. */
const SAMPLE_BYTES = 64 * 1024;

/**
 * Whether a file begins with what the server holds of an upload, `offset` bytes. Compared are the first bytes, where
 * formats say what they are, and the last ones, where the file goes on: a name and a size alone would let another take of
 * the same length through, and the result would be neither of the two. The bytes themselves, not a hash: browsers have
 * none where the console is opened over plain HTTP.
 */
export async function isStoredPart(file: Blob, address: string, offset: number): Promise<boolean> {
  if (offset > file.size) return false;
  if (offset === 0) return true;
  const head = Math.min(SAMPLE_BYTES, offset);
  const ranges = offset > head ? [0, Math.max(head, offset - SAMPLE_BYTES)] : [0];
  for (const [index, start] of ranges.entries()) {
    const end = index === 0 ? head : offset;
    const stored = await readStoredBytes(address, start, end);
    const own = new Uint8Array(await file.slice(start, end).arrayBuffer());
    if (stored.length !== own.length || stored.some((byte, at) => byte !== own[at])) return false;
  }
  return true;
}

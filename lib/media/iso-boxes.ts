/** The boxes that follow each other in `bytes` (ISO/IEC 14496-12, 4.2). @throws Error when one is cut */
export function* boxes(bytes: Buffer): Generator<{ type: string; body: Buffer; offset: number }> {
  let offset = 0;
  while (offset + 8 <= bytes.length) {
    let size = bytes.readUInt32BE(offset);
    let header = 8;
    if (size === 1) {
      size = Number(bytes.readBigUInt64BE(offset + 8));
      header = 16;
    } else if (size === 0) size = bytes.length - offset;
    if (size < header || offset + size > bytes.length) throw new Error("the file is cut inside a box");
    yield {
      offset,
      type: bytes.toString("latin1", offset + 4, offset + 8),
      body: bytes.subarray(offset + header, offset + size),
    };
    offset += size;
  }
}

/** The contents of the first box at the path; null when there is none. @throws as {@link boxes} */
export function find(bytes: Buffer, path: readonly string[]): Buffer | null {
  let here: Buffer = bytes;
  for (const type of path) {
    let next: Buffer | null = null;
    for (const box of boxes(here)) {
      if (box.type !== type) continue;
      next = box.body;
      break;
    }
    if (!next) return null;
    here = next;
  }
  return here;
}

/** As {@link find}. @throws Error when there is none */
export function need(bytes: Buffer, path: readonly string[]): Buffer {
  const found = find(bytes, path);
  if (!found) throw new Error(`the file has no ${path.join("/")} box`);
  return found;
}

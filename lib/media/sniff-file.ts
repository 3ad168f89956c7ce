import { open } from "node:fs/promises";

/** What the first bytes of a file say, in the words of INPUT_NOT_MEDIA's `detail`, and a type to show. */
export type Sniffed = {
  detail: "empty" | "html" | "text" | "playlist" | "unrecognised" | "mp4";
  mime: string;
  sizeBytes: number;
  /** For "mp4": which top-level boxes were found, and where the last one should end. */
  boxes: string[];
  expectedBytes: number;
  /** Whether the index describes protected streams (a "sinf" box, as DRM leaves it). */
  isProtected: boolean;
};

const HEAD_BYTES = 4096;
const MOST_BOXES = 4096;
const MOST_INDEX_BYTES = 64 * 1024 * 1024;

/** Looks at the head of a file (and, for MP4, at the headers of its top-level boxes) to name what it is. */
export async function sniffFile(path: string): Promise<Sniffed> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(HEAD_BYTES, size));
    await file.read(head, 0, head.length, 0);
    const base = { sizeBytes: size, boxes: [] as string[], expectedBytes: size, isProtected: false };
    if (head.every((byte) => byte === 0)) return { ...base, detail: "empty", mime: "application/x-empty" };
    if (/^(ftyp|styp|moov|mdat|free|wide|skip)$/.test(head.toString("latin1", 4, 8))) {
      return { ...base, detail: "mp4", mime: "video/mp4", ...(await walkBoxes(file, size)) };
    }
    return { ...base, ...describeHead(head) };
  } finally {
    await file.close();
  }
}

function describeHead(head: Buffer): Pick<Sniffed, "detail" | "mime"> {
  const text = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (/^(<!doctype\s+html|<html|<head|<body)/i.test(text) || /<html[\s>]/i.test(text.slice(0, 1024))) {
    return { detail: "html", mime: "text/html" };
  }
  if (text.startsWith("#EXTM3U")) return { detail: "playlist", mime: "application/vnd.apple.mpegurl" };
  if (/<MPD[\s>]/.test(text)) return { detail: "playlist", mime: "application/dash+xml" };
  if (/^ffconcat\s/.test(text)) return { detail: "playlist", mime: "text/plain" };
  if (isText(head)) {
    if (text.startsWith("{") || text.startsWith("[")) return { detail: "text", mime: "application/json" };
    return { detail: "text", mime: text.startsWith("<?xml") ? "application/xml" : "text/plain" };
  }
  if (/^RIFF[\s\S]{4}WEBP/.test(head.toString("latin1", 0, 12)))
    return { detail: "unrecognised", mime: "image/webp" };
  const magic = MAGIC.find(([bytes]) => head.subarray(0, bytes.length).equals(bytes));
  return { detail: "unrecognised", mime: magic?.[1] ?? "application/octet-stream" };
}

const MAGIC: [Buffer, string][] = [
  [Buffer.from("%PDF"), "application/pdf"],
  [Buffer.from("PK\x03\x04"), "application/zip"],
  [Buffer.from([0x1f, 0x8b]), "application/gzip"],
  [Buffer.from([0x89, 0x50, 0x4e, 0x47]), "image/png"],
  [Buffer.from([0xff, 0xd8, 0xff]), "image/jpeg"],
  [Buffer.from("GIF8"), "image/gif"],
  [Buffer.from("Rar!"), "application/vnd.rar"],
  [Buffer.from("7z\xbc\xaf", "latin1"), "application/x-7z-compressed"],
];

function isText(head: Buffer): boolean {
  if (head.includes(0)) return false;
  const text = head.toString("utf8");
  // A cut multi-byte character at the end is one replacement character at most.
  const odd = text.match(/[\uFFFD\x00-\x08\x0b\x0e-\x1f]/g)?.length ?? 0;
  return odd <= 1;
}

async function walkBoxes(
  file: Awaited<ReturnType<typeof open>>,
  size: number,
): Promise<Pick<Sniffed, "boxes" | "expectedBytes" | "isProtected">> {
  const boxes: string[] = [];
  let isProtected = false;
  const header = Buffer.alloc(16);
  let offset = 0;
  while (offset + 8 <= size && boxes.length < MOST_BOXES) {
    const { bytesRead } = await file.read(header, 0, 16, offset);
    if (bytesRead < 8) break;
    let length = header.readUInt32BE(0);
    const type = header.toString("latin1", 4, 8);
    if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) break;
    boxes.push(type);
    if (length === 1 && bytesRead === 16) length = Number(header.readBigUInt64BE(8));
    else if (length === 0) length = size - offset;
    if (length < 8) break;
    if (type === "moov" && length <= MOST_INDEX_BYTES) {
      const index = Buffer.alloc(Math.min(length, size - offset));
      await file.read(index, 0, index.length, offset);
      isProtected = /sinf[\s\S]{4}frma/.test(index.toString("latin1"));
    }
    offset += length;
  }
  return { boxes, expectedBytes: Math.max(offset, size), isProtected };
}

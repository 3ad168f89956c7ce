import { readFileSync, writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

import type { Targets } from "#lib/media/test-malicious-media.ts";

/** A picture that somebody hands over as a watermark, or as a source, and that is none, or one that is meant to do harm. */
export type ImagePayload = {
  id: string;
  what: string;
  /** What it is said to be. */
  type: "png" | "jpeg" | "webp" | "gif";
  bytes: (targets: Targets) => Buffer;
  /** Within the reason that the failed job gives. */
  reason: RegExp;
};

const PNG_BEGINS = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** Black, one bit a pixel: a few dozen kilobytes, whatever its size. */
function hugePng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const pixels = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))));
  return Buffer.concat([
    PNG_BEGINS,
    chunk("IHDR", header),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A small picture of a kind, in which `change` writes another size. */
const small = (kind: string, change: (bytes: Buffer) => void) => (targets: Targets) => {
  const file = targets.clips.make(
    `small-${kind}.${kind}`,
    "-f",
    "lavfi",
    "-i",
    "color=s=64x64",
    "-frames:v",
    "1",
  );
  const bytes = readFileSync(file);
  change(bytes);
  return bytes;
};

const svg = (body: string) =>
  `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">${body}</svg>`;
const playlist = (target: string) =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:3,\n${target}\n#EXT-X-ENDLIST\n`;

const NONE = /no PNG, JPEG or WebP/;
const BROKEN = /cannot be decoded/;

/** As watermarks, within the template or by address. */
export const IMAGES: readonly ImagePayload[] = [
  {
    id: "i01",
    what: "an SVG → a file, named .png",
    type: "png",
    bytes: (t) => Buffer.from(svg(`<image xlink:href="file://${t.secret}"/>`)),
    reason: NONE,
  },
  {
    id: "i02",
    what: "an SVG → http, named .png",
    type: "png",
    bytes: (t) => Buffer.from(svg(`<image xlink:href="${t.canary}/i02.png"/>`)),
    reason: NONE,
  },
  {
    id: "i03",
    what: "m3u8 → a text file, named .png",
    type: "png",
    bytes: (t) => Buffer.from(playlist(`file://${t.secret}`)),
    reason: NONE,
  },
  {
    id: "i04",
    what: "ffconcat → a text file, named .png",
    type: "png",
    bytes: (t) => Buffer.from(`ffconcat version 1.0\nfile '${t.secret}'\n`),
    reason: NONE,
  },
  {
    id: "i05",
    what: "another project's video, named .png",
    type: "png",
    bytes: (t) => readFileSync(t.victim),
    reason: NONE,
  },
  { id: "i06", what: "a GIF, named .png", type: "png", bytes: small("gif", () => undefined), reason: NONE },
  {
    id: "i07",
    what: "a PNG's beginning before a playlist",
    type: "png",
    bytes: (t) => Buffer.concat([PNG_BEGINS, Buffer.from(playlist(`file://${t.victim}`))]),
    reason: BROKEN,
  },
  {
    id: "i08",
    what: "a JPEG's beginning before a web page",
    type: "jpeg",
    bytes: (t) =>
      Buffer.concat([
        Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
        Buffer.from(`<html><img src="${t.canary}/i08.png">`),
      ]),
    reason: BROKEN,
  },
  {
    id: "i09",
    what: "a WebP's beginning before an SVG",
    type: "webp",
    bytes: (t) =>
      Buffer.concat([
        Buffer.from("RIFF\xff\xff\0\0WEBPVP8 ", "latin1"),
        Buffer.from(svg(`<image xlink:href="file://${t.victim}"/>`)),
      ]),
    reason: BROKEN,
  },
  { id: "i10", what: "a PNG of 20000 × 20000", type: "png", bytes: () => hugePng(20_000), reason: /pixels/ },
  {
    id: "i11",
    what: "a JPEG of 65500 × 65500",
    type: "jpeg",
    // Height and width stand five bytes after the marker of the frame (ITU-T T.81, B.2.2).
    bytes: small("jpg", (bytes) =>
      bytes.fill(
        Buffer.from([0xff, 0xdc]),
        bytes.indexOf(Buffer.from([0xff, 0xc0])) + 5,
        bytes.indexOf(Buffer.from([0xff, 0xc0])) + 9,
      ),
    ),
    reason: /pixels/,
  },
  {
    id: "i12",
    what: "a WebP of 16383 × 16383",
    type: "webp",
    // Fourteen bits each, after the start code of the frame (RFC 6386, 9.1).
    bytes: small("webp", (bytes) =>
      bytes.fill(
        Buffer.from([0xff, 0x3f]),
        bytes.indexOf(Buffer.from([0x9d, 0x01, 0x2a])) + 3,
        bytes.indexOf(Buffer.from([0x9d, 0x01, 0x2a])) + 7,
      ),
    ),
    reason: /pixels/,
  },
];

/** As sources of a task. */
export const IMAGE_SOURCES: readonly (Omit<ImagePayload, "reason"> & { code: string })[] = [
  {
    id: "j01",
    what: "a GIF of 65535 × 65535",
    type: "gif",
    bytes: small("gif", (bytes) => bytes.fill(0xff, 6, 10)),
    code: "INPUT_TOO_LARGE",
  },
  {
    id: "j02",
    what: "a PNG of 20000 × 20000",
    type: "png",
    bytes: () => hugePng(20_000),
    code: "INPUT_NOT_MEDIA",
  },
  { id: "j03", what: "a WebP", type: "webp", bytes: small("webp", () => undefined), code: "INPUT_NOT_MEDIA" },
  {
    id: "j04",
    what: "a GIF's beginning before a playlist",
    type: "gif",
    bytes: (t) => Buffer.concat([Buffer.from("GIF89a"), Buffer.from(playlist(`file://${t.victim}`))]),
    code: "INPUT_TOO_LARGE",
  },
];

/** Writes a payload where it can be served or uploaded from. */
export function imageFile(
  { id, type, bytes }: Pick<ImagePayload, "id" | "type" | "bytes">,
  targets: Targets,
): string {
  const file = targets.clips.path(`${id}.${type}`);
  writeFileSync(file, bytes(targets));
  return file;
}

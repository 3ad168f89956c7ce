import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";

import { type Clips, predefined } from "#lib/media/test-pipeline.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";

/** Files that are not what they seem, for test-failure-rows.ts. */

export const fill = (name: string, content: string | Buffer) => (clips: Clips) =>
  writeFileSync(clips.path(name), content);

/** Declares the one stream of a transport stream to be of another type, in every copy of its table (ISO/IEC 13818-1). */
export function retyped(file: string, streamType: number): void {
  const bytes = readFileSync(file);
  const entry = Buffer.from([0x02, 0xe1, 0x00, 0xf0, 0x00]);
  for (let at = bytes.indexOf(entry); at >= 0; at = bytes.indexOf(entry, at + 5)) {
    bytes[at] = streamType;
    // The section begins twelve bytes earlier and ends with a checksum over all before it.
    const start = at - 12;
    const end = start + 3 + (bytes.readUInt16BE(start + 1) & 0x0fff) - 4;
    bytes.writeUInt32BE(mpegChecksum(bytes.subarray(start, end)), end);
  }
  writeFileSync(file, bytes);
}

function mpegChecksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

export function cut(clips: Clips, name: string, share: number): void {
  copyFileSync(clips.plain(`whole-${name}`, { size: "320x180" }), clips.path(name));
  truncateSync(clips.path(name), Math.round(statSync(clips.path(name)).size * share));
}

export function clipped(startSeconds: number, endSeconds: number): EncodeSpec {
  return { ...predefined("System_MP4_H264"), clip: { startSeconds, endSeconds } };
}

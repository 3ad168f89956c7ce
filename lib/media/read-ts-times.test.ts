import { expect, test } from "vitest";

import { soundLength } from "#lib/media/read-ts-times.ts";

/** One packet that begins a picture (0xe0) or a sound (0xc0) at a time in 1/90000 s. */
function packet(pid: number, id: number, pts: number, body = Buffer.alloc(0)): Buffer {
  const pes = Buffer.from([0, 0, 1, id, 0, 0, 0x80, 0x80, 5, 0, 0, 0, 0, 0]);
  pes[9] = 0x21 | (Math.floor(pts / 2 ** 30) << 1);
  pes.writeUInt16BE(((Math.floor(pts / 2 ** 15) & 0x7fff) << 1) | 1, 10);
  pes.writeUInt16BE(((pts & 0x7fff) << 1) | 1, 12);
  const data = Buffer.concat([pes, body]);
  const stuffing = Buffer.alloc(188 - 4 - 2 - data.length, 0xff);
  const head = Buffer.from([0x47, 0x40 | (pid >> 8), pid & 0xff, 0x30, 1 + stuffing.length, 0]);
  return Buffer.concat([head, stuffing, data]);
}

/** A frame of 7 bytes, at 48 kHz. */
const adts = Buffer.from([0xff, 0xf1, 0x4c, 0x80, 0x00, 0xff, 0xfc]);

test("from the first picture to the end of the last sound", () => {
  const stream = Buffer.concat([
    packet(256, 0xe0, 126_000),
    packet(257, 0xc0, 126_000, adts),
    packet(257, 0xc0, 396_000, Buffer.concat([adts, adts])),
    packet(256, 0xe0, 129_600),
  ]);
  expect(soundLength(stream)).toBeCloseTo(3 + 2048 / 48_000, 6);
});

test("is not known without one of them, or of what is no transport stream", () => {
  expect(soundLength(packet(256, 0xe0, 1))).toBeNull();
  expect(soundLength(packet(257, 0xc0, 1, adts))).toBeNull();
  expect(soundLength(Buffer.alloc(1000, 1))).toBeNull();
  expect(soundLength(Buffer.alloc(0))).toBeNull();
});

test("knows times beyond 32 bits", () => {
  const late = 2 ** 33 - 180_000;
  const stream = Buffer.concat([packet(256, 0xe0, late), packet(257, 0xc0, late + 90_000, adts)]);
  expect(soundLength(stream)).toBeCloseTo(1 + 1024 / 48_000, 6);
});

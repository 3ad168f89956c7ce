import { boxes, find, need } from "#lib/media/iso-boxes.ts";

/** What is written in one fragmented-MP4 media segment, read from its own boxes. Times in the track's timescale. */
export type Segment = {
  sizeBytes: number;
  /** Decode time of the first sample. */
  decodeTime: number;
  duration: number;
  samples: number;
  /** Whether the first sample can be decoded on its own. */
  startsWithKeyframe: boolean;
  /** Composition offset of the first sample. */
  firstOffset: number;
  /** Bytes from the start of the file to the end of the first sample: what shows it, after the initialisation. */
  firstSampleEnd: number;
};

/** Of an initialisation segment: the clock, and how far its edit list shifts the presentation. */
export type InitSegment = {
  timescale: number;
  defaultSampleDuration: number;
  defaultSampleFlags: number;
  editMediaTime: number;
  /** Presentation time at which the media starts, in movie timescale units converted to seconds (an empty edit). */
  editDelaySeconds: number;
};

const NON_SYNC = 0x0001_0000;

/** @param bytes of the whole file @throws Error when it is not an initialisation segment with one track. */
export function readInitSegment(bytes: Buffer): InitSegment {
  const moov = need(bytes, ["moov"]);
  const mdhd = need(moov, ["trak", "mdia", "mdhd"]);
  const mvhd = need(moov, ["mvhd"]);
  const trex = find(moov, ["mvex", "trex"]);
  const elst = find(moov, ["trak", "edts", "elst"]);
  const movieTimescale = mvhd.readUInt32BE(mvhd.readUInt8(0) === 1 ? 20 : 12);
  const edits = elst ? readEdits(elst) : [];
  const emptyEdits = edits.filter((edit) => edit.mediaTime < 0);
  return {
    timescale: mdhd.readUInt32BE(mdhd.readUInt8(0) === 1 ? 20 : 12),
    defaultSampleDuration: trex?.readUInt32BE(12) ?? 0,
    defaultSampleFlags: trex?.readUInt32BE(20) ?? 0,
    editMediaTime: edits.find((edit) => edit.mediaTime >= 0)?.mediaTime ?? 0,
    editDelaySeconds: emptyEdits.reduce((sum, edit) => sum + edit.duration, 0) / Math.max(1, movieTimescale),
  };
}

/** @param bytes of the whole file @throws Error when a box is cut or missing: the segment is not whole. */
export function readSegment(bytes: Buffer, init: InitSegment): Segment {
  const segment: Segment = {
    sizeBytes: bytes.length,
    decodeTime: 0,
    duration: 0,
    samples: 0,
    startsWithKeyframe: false,
    firstOffset: 0,
    firstSampleEnd: 0,
  };
  let isFirst = true;
  let hasData = false;
  for (const box of boxes(bytes)) {
    if (box.type === "mdat" && box.body.length > 0) hasData = true;
    if (box.type !== "moof") continue;
    const traf = need(box.body, ["traf"]);
    const tfhd = readTfhd(need(traf, ["tfhd"]), init);
    const tfdt = need(traf, ["tfdt"]);
    const decodeTime = tfdt.readUInt8(0) === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);
    if (isFirst) segment.decodeTime = decodeTime;
    for (const part of boxes(traf)) {
      if (part.type !== "trun") continue;
      const run = readTrun(part.body, tfhd);
      if (isFirst && run.samples > 0) {
        segment.startsWithKeyframe = (run.firstFlags & NON_SYNC) === 0;
        segment.firstOffset = run.firstOffset;
        segment.firstSampleEnd = box.offset + run.dataOffset + run.firstSize;
        isFirst = false;
      }
      segment.duration += run.duration;
      segment.samples += run.samples;
    }
  }
  if (isFirst || !hasData) throw new Error("the segment holds no samples");
  return segment;
}

type Defaults = { duration: number; flags: number; size: number };

function readTfhd(tfhd: Buffer, init: InitSegment): Defaults {
  const flags = tfhd.readUInt32BE(0) & 0xffffff;
  let offset = 8;
  if (flags & 0x1) offset += 8;
  if (flags & 0x2) offset += 4;
  let duration = init.defaultSampleDuration;
  let sampleFlags = init.defaultSampleFlags;
  if (flags & 0x8) {
    duration = tfhd.readUInt32BE(offset);
    offset += 4;
  }
  let size = 0;
  if (flags & 0x10) {
    size = tfhd.readUInt32BE(offset);
    offset += 4;
  }
  if (flags & 0x20) sampleFlags = tfhd.readUInt32BE(offset);
  return { duration, flags: sampleFlags, size };
}

function readTrun(trun: Buffer, defaults: Defaults) {
  const version = trun.readUInt8(0);
  const flags = trun.readUInt32BE(0) & 0xffffff;
  const samples = trun.readUInt32BE(4);
  let offset = 8;
  let dataOffset = 0;
  if (flags & 0x1) {
    dataOffset = trun.readInt32BE(offset);
    offset += 4;
  }
  let firstSize = defaults.size;
  let firstFlags = defaults.flags;
  if (flags & 0x4) {
    firstFlags = trun.readUInt32BE(offset);
    offset += 4;
  }
  let duration = 0;
  let firstOffset = 0;
  for (let index = 0; index < samples; index += 1) {
    if (flags & 0x100) {
      duration += trun.readUInt32BE(offset);
      offset += 4;
    } else {
      duration += defaults.duration;
    }
    if (flags & 0x200) {
      if (index === 0) firstSize = trun.readUInt32BE(offset);
      offset += 4;
    }
    if (flags & 0x400) {
      if (index === 0 && !(flags & 0x4)) firstFlags = trun.readUInt32BE(offset);
      offset += 4;
    }
    if (flags & 0x800) {
      if (index === 0) firstOffset = version === 0 ? trun.readUInt32BE(offset) : trun.readInt32BE(offset);
      offset += 4;
    }
  }
  return { samples, duration, firstFlags, firstOffset, firstSize, dataOffset };
}

function readEdits(elst: Buffer): { duration: number; mediaTime: number }[] {
  const isLong = elst.readUInt8(0) === 1;
  const count = elst.readUInt32BE(4);
  return Array.from({ length: count }, (_, index) => {
    const at = 8 + index * (isLong ? 20 : 12);
    return isLong
      ? { duration: Number(elst.readBigUInt64BE(at)), mediaTime: Number(elst.readBigInt64BE(at + 8)) }
      : { duration: elst.readUInt32BE(at), mediaTime: elst.readInt32BE(at + 4) };
  });
}

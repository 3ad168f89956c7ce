/** MPEG transport streams (ISO/IEC 13818-1): packets of 188 bytes, times in 1/90000 s. */
const PACKET = 188;
const CLOCK = 90_000;
/** ADTS (ISO/IEC 13818-7): samples per second, by index; a frame has 1024 samples. */
const SAMPLE_RATES = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
];

type Pes = { pts: number; payload: Buffer[] };

/**
 * Seconds from a segment's first picture to the end of its AAC sound; null when it lacks one of the two. ffmpeg's playlist
 * counts pictures alone, and a sound that goes on after the last of them is in the last segment all the same.
 */
export function soundLength(segment: Buffer): number | null {
  let firstPicture: number | null = null;
  let lastSound: Pes | null = null;
  let soundPid = -1;
  for (let at = 0; at + PACKET <= segment.length; at += PACKET) {
    const packet = segment.subarray(at, at + PACKET);
    const pid = packet.readUInt16BE(1) & 0x1fff;
    const payload = payloadOf(packet);
    const begins = payload !== null && (packet.readUInt8(1) & 0x40) !== 0 ? pesStart(payload) : null;
    if (begins?.isSound === true) {
      soundPid = pid;
      if (lastSound === null || begins.pts >= lastSound.pts)
        lastSound = { pts: begins.pts, payload: [begins.payload] };
    } else if (begins !== null) firstPicture ??= begins.pts;
    else if (payload !== null && pid === soundPid) lastSound?.payload.push(payload);
  }
  if (firstPicture === null || lastSound === null) return null;
  return (lastSound.pts - firstPicture) / CLOCK + adtsSeconds(Buffer.concat(lastSound.payload));
}

/** What a packet carries, behind its header and its adaptation field. */
function payloadOf(packet: Buffer): Buffer | null {
  if (packet[0] !== 0x47) return null;
  const control = (packet.readUInt8(3) >> 4) & 3;
  if ((control & 1) === 0) return null;
  const start = control === 3 ? 5 + packet.readUInt8(4) : 4;
  return start < PACKET ? packet.subarray(start) : null;
}

/** The beginning of a picture or of some sound, with its time; null for tables and for what has no time. */
function pesStart(payload: Buffer): { isSound: boolean; pts: number; payload: Buffer } | null {
  if (payload.length < 14 || payload.readUIntBE(0, 3) !== 1 || (payload.readUInt8(7) & 0x80) === 0)
    return null;
  const id = payload.readUInt8(3);
  const isSound = id >= 0xc0 && id <= 0xdf;
  if (!isSound && (id < 0xe0 || id > 0xef)) return null;
  const high = ((payload.readUInt8(9) >> 1) & 7) * 2 ** 30;
  const pts = high + (payload.readUInt16BE(10) >> 1) * 2 ** 15 + (payload.readUInt16BE(12) >> 1);
  return { isSound, pts, payload: payload.subarray(9 + payload.readUInt8(8)) };
}

/** How long the whole frames of ADTS are together. */
function adtsSeconds(bytes: Buffer): number {
  let seconds = 0;
  for (let at = 0; at + 7 <= bytes.length && (bytes.readUInt16BE(at) & 0xfff0) === 0xfff0;) {
    const rate = SAMPLE_RATES[(bytes.readUInt8(at + 2) >> 2) & 0xf];
    const length = (bytes.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
    if (rate === undefined || length < 7) break;
    seconds += 1024 / rate;
    at += length;
  }
  return seconds;
}

import { readFile } from "node:fs/promises";
import type { MediaInfo } from "#lib/media/media-info.ts";

/** Frames, size and length of an animated WebP, which ffmpeg 5.1 writes but cannot read. */
type Animation = { width: number; height: number; frames: number; milliseconds: number };

/**
 * Reads a WebP's chunks to the end (https://developers.google.com/speed/webp/docs/riff_container).
 * @throws Error when it is none, or is cut off
 */
export async function readWebp(path: string): Promise<MediaInfo> {
  const bytes = await readFile(path);
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WEBP")
    throw new Error("it is no WebP");
  if (bytes.readUInt32LE(4) + 8 > bytes.length) throw new Error("it is cut off");
  const { width, height, frames, milliseconds } = readChunks(bytes);
  const seconds = milliseconds / 1000;
  const durationSeconds = seconds > 0 ? seconds : null;
  return {
    format: "webp",
    container: "WebP",
    sizeBytes: bytes.length,
    durationSeconds,
    startSeconds: 0,
    bitRate: seconds > 0 ? Math.round((bytes.length * 8) / seconds) : null,
    video: [
      {
        index: 0,
        codec: "webp",
        profile: null,
        level: null,
        codedWidth: width,
        codedHeight: height,
        width,
        height,
        rotation: 0,
        sampleAspect: null,
        pixelFormat: "yuv420p",
        bitDepth: 8,
        frameRate: seconds > 0 ? Math.round((frames / seconds) * 1000) / 1000 : null,
        isVariableFrameRate: false,
        frameCount: frames,
        bitRate: null,
        durationSeconds,
        startSeconds: 0,
        fieldOrder: "progressive",
        colorPrimaries: null,
        colorTransfer: null,
        colorSpace: null,
        colorRange: null,
        hdr: null,
        language: null,
      },
    ],
    audio: [],
    subtitles: [],
    ignoredStreams: [],
  };
}

function readChunks(bytes: Buffer): Animation {
  const found: Animation = { width: 0, height: 0, frames: 0, milliseconds: 0 };
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const data = bytes.subarray(at + 8, at + 8 + size);
    if (data.length < size) throw new Error(`its ${name.trim()} chunk is cut off`);
    if (name === "VP8X") {
      found.width = data.readUIntLE(4, 3) + 1;
      found.height = data.readUIntLE(7, 3) + 1;
    } else if (name === "ANMF") {
      found.frames += 1;
      found.milliseconds += data.readUIntLE(12, 3);
    } else if (name === "VP8 ") {
      // A single picture: its size stands behind the frame's tag and start code.
      found.frames = 1;
      found.width = data.readUInt16LE(6) & 0x3fff;
      found.height = data.readUInt16LE(8) & 0x3fff;
    }
    at += 8 + size + (size % 2);
  }
  if (found.frames === 0) throw new Error("it has no frames");
  return found;
}

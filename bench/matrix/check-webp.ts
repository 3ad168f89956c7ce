import { readFileSync, writeFileSync } from "node:fs";

import { LEAST_LIKENESS } from "./check-result.ts";
import type { Expected } from "./expected.ts";
import type { Problems } from "./problems.ts";
import { likeness, thumbnail } from "./read-media.ts";

/** A chunk of RIFF: four letters, the length of what follows, and that. */
type Chunk = { name: string; body: Buffer };

/**
 * An animated WebP, chunk by chunk (https://developers.google.com/speed/webp/docs/riff_container): ffmpeg does not read it.
 * Its first picture is taken out into a file of its own, which ffmpeg does read.
 */
export async function checkWebp(
  path: string,
  expected: Expected,
  sourcePath: string,
  problems: Problems,
): Promise<void> {
  const bytes = readFileSync(path);
  problems.equal("WebP: length of the file", bytes.readUInt32LE(4) + 8, bytes.length);
  const [head, ...rest] = chunksOf(bytes.subarray(12));
  problems.equal("WebP: kind", `${bytes.toString("latin1", 8, 12)} ${head?.name}`, "WEBP VP8X");
  if (!head) return;
  const size = `${head.body.readUIntLE(4, 3) + 1}x${head.body.readUIntLE(7, 3) + 1}`;
  problems.equal("WebP: size", size, expected.video?.sizes[0]);
  const frames = rest.filter(({ name }) => name === "ANMF");
  problems.near("WebP: frames", frames.length, expected.video?.frames ?? 0, expected.video?.isRough ? 2 : 0);
  const milliseconds = frames.reduce((sum, { body }) => sum + body.readUIntLE(12, 3), 0);
  problems.near("WebP: seconds", milliseconds / 1000, expected.seconds, 0.15);
  const [first] = frames;
  if (!first) return;
  const still = `${path}.still.webp`;
  writeFileSync(still, riff(first.body.subarray(16)));
  const alike = likeness(await thumbnail(sourcePath), await thumbnail(still));
  problems.equal(`first picture is the source's (${alike.toFixed(2)})`, alike > LEAST_LIKENESS, true);
}

function chunksOf(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    chunks.push({
      name: bytes.toString("latin1", at, at + 4),
      body: bytes.subarray(at + 8, at + 8 + length),
    });
    // Chunks are of even length.
    at += 8 + length + (length % 2);
  }
  return chunks;
}

/** The data of one frame as a WebP of its own. */
function riff(frame: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(frame.length + 4, 4);
  head.write("WEBP", 8, "latin1");
  return Buffer.concat([head, frame]);
}

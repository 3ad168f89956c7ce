import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { MeasuredRendition } from "#lib/media/measure-rendition.ts";

/**
 * Makes one file of a rendition's initialisation and segments, which players then read by byte ranges: one object to
 * store instead of hundreds. Returns the rendition as it lies afterwards.
 */
export async function joinSegments(
  publish: string,
  rendition: MeasuredRendition,
): Promise<MeasuredRendition> {
  const { init, folder } = rendition;
  if (init === null) throw new Error("only CMAF segments are joined");
  const path = `${folder}/media.mp4`;
  const target = await open(join(publish, path), "wx", 0o644);
  let offset = rendition.initBytes;
  const segments: MeasuredRendition["segments"] = [];
  try {
    await append(join(publish, init), target);
    for (const segment of rendition.segments) {
      await append(join(publish, segment.path), target);
      segments.push({ ...segment, path, offset });
      offset += segment.sizeBytes;
    }
  } finally {
    await target.close();
  }
  for (const part of [init, ...rendition.segments.map((segment) => segment.path)])
    await rm(join(publish, part));
  return { ...rendition, init: path, segments };
}

async function append(part: string, target: Awaited<ReturnType<typeof open>>): Promise<void> {
  const source = await open(part, "r");
  try {
    await pipeline(source.createReadStream({ autoClose: false }), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await target.writeFile(chunk);
    });
  } finally {
    await source.close();
  }
}

import { readFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";

import { mediaInfoSchema } from "#lib/media/media-info.ts";
import type { SampleView } from "#lib/samples/view.ts";

const localized = z.object({ en: z.string(), "zh-CN": z.string() });

/** public/samples/samples.json; lib/samples/make-samples.ts writes it. `file` and `poster` are names beside it. */
const samplesSchema = z.array(
  z.object({
    id: z.string().regex(/^[a-z0-9-]+$/),
    title: localized,
    description: localized,
    licence: z.string(),
    durationSeconds: z.number(),
    width: z.int(),
    height: z.int(),
    sizeBytes: z.int(),
    /** What the probe says of the file. */
    mediaInfo: mediaInfoSchema,
    file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
    poster: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  }),
);
export type Sample = z.infer<typeof samplesSchema>[number];

/** Every process of the product runs in the product's own folder (the npm scripts see to that). */
const samplesFolder = () => path.join(process.cwd(), "public", "samples");

const shared = globalThis as typeof globalThis & { vodSamples?: Promise<Sample[]> | undefined };

/** The shipped samples, read once per process. */
export function readSamples(): Promise<Sample[]> {
  shared.vodSamples ??= readFile(path.join(samplesFolder(), "samples.json"), "utf8")
    .then((text) => samplesSchema.parse(JSON.parse(text)))
    .catch((thrown: unknown) => {
      shared.vodSamples = undefined;
      throw thrown;
    });
  return shared.vodSamples;
}

/** A shipped sample by id; null when there is none. */
export async function findSampleRow(id: string): Promise<Sample | null> {
  return (await readSamples()).find((sample) => sample.id === id) ?? null;
}

/** Absolute path of a sample's file. */
export function sampleFile(sample: Sample): string {
  return path.join(samplesFolder(), sample.file);
}

export function toSampleView(sample: Sample): SampleView {
  return {
    id: sample.id,
    title: sample.title,
    description: sample.description,
    licence: sample.licence,
    durationSeconds: sample.durationSeconds,
    width: sample.width,
    height: sample.height,
    sizeBytes: sample.sizeBytes,
    url: `/samples/${sample.file}`,
    thumbnailUrl: `/samples/${sample.poster}`,
  };
}

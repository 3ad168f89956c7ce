import type { Ctx } from "#lib/context.ts";
import { findSampleRow, toSampleView } from "#lib/samples/read-samples.ts";
import type { SampleView } from "#lib/samples/view.ts";

/** A sample by id; null when there is none. */
export async function findSample(_ctx: Ctx, id: string): Promise<SampleView | null> {
  const sample = await findSampleRow(id);
  return sample === null ? null : toSampleView(sample);
}

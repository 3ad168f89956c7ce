import type { Ctx } from "#lib/context.ts";
import { readSamples, toSampleView } from "#lib/samples/read-samples.ts";
import type { SampleView } from "#lib/samples/view.ts";

/** The samples, the same for every project, in the order they are shown. */
export async function listSamples(_ctx: Ctx): Promise<SampleView[]> {
  return (await readSamples()).map(toSampleView);
}

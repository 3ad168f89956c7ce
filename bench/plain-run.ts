import { detectCapabilities } from "#lib/media/capabilities.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { encodeRun, type EncodeOptions } from "#lib/media/encode.ts";
import type { MediaInfo } from "#lib/media/media-info.ts";
import { type EncodeRun, planEncode } from "#lib/media/plan-encode.ts";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { probeMedia } from "#lib/media/probe.ts";
import type { Tools } from "#lib/media/run-tool.ts";
import { detectSandbox } from "#lib/media/sandbox.ts";

/** ffmpeg as the product plans and spells it, without worker and sandbox around it. */

export async function plainTools(threads: number): Promise<Tools> {
  return { sandbox: await detectSandbox("off"), slot: 0, memoryLimitBytes: 8 * 1024 ** 3, threads };
}

/** A copy of a predefined template that has a picture. */
export function specOf(name: string): EncodeSpec & { video: NonNullable<EncodeSpec["video"]> } {
  const spec = structuredClone(PREDEFINED_SPECS.find((one) => one.name === name)?.spec);
  if (spec?.video == null) throw new Error(`${name} has no picture, or is gone.`);
  return { ...spec, video: spec.video };
}

/** The one run of ffmpeg that a template becomes; `media` where the source was probed already. */
export async function planOne(
  source: string,
  spec: EncodeSpec,
  tools: Tools,
  media?: MediaInfo,
): Promise<EncodeRun> {
  const wanted = [{ key: "job", spec, templateName: "bench" }];
  const probed = media ?? (await probeMedia(source, tools));
  const { runs } = planEncode(probed, wanted, await detectCapabilities(tools));
  const [run] = runs;
  if (run === undefined || runs.length !== 1) throw new Error("The template is not one run of ffmpeg.");
  return run;
}

/** What of a run is nobody's business here. */
export const plainOptions = (
  run: EncodeRun,
  source: string,
  workDir: string,
  tools: Tools,
): EncodeOptions => ({
  tools,
  sourcePath: source,
  workDir,
  durationSeconds: run.expectedDurationSeconds,
  onProgress: () => undefined,
  onCommand: () => undefined,
  onLog: () => undefined,
  deadlineSeconds: 3600,
});

export const encodePlain = (run: EncodeRun, source: string, workDir: string, tools: Tools): Promise<void> =>
  encodeRun(run, plainOptions(run, source, workDir, tools));

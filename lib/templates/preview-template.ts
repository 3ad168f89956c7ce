import { requireRole, type Ctx } from "#lib/context.ts";
import { planEncode } from "#lib/media/plan-encode.ts";
import type { PlannedRendition } from "#lib/media/planned-rendition.ts";
import { runCommands } from "#lib/media/run-commands.ts";
import { invalidField, parseInput } from "#lib/parse-input.ts";
import { findSampleMedia } from "#lib/samples/find-sample-media.ts";
import { checkSpec } from "#lib/templates/check-spec.ts";
import { peakKbps } from "#lib/templates/ladder-issues.ts";
import { previewTemplateSchema } from "#lib/templates/schema.ts";
import type { PreviewRendition, TemplatePreview } from "#lib/templates/view.ts";
import { findCapabilities } from "#lib/workers/find-capabilities.ts";

/** A worker counts its own; the preview stands for one thread's worth of settings. */
const THREADS = 2;

/**
 * What a worker would run for one of the shipped samples, by the same plan and the same spelling that it uses. Nothing
 * is run and nothing kept. Role viewer.
 * @throws {AppError} `invalid_input` (as for a template that is saved; no such sample)
 */
export async function previewTemplate(ctx: Ctx, input: unknown): Promise<TemplatePreview> {
  requireRole(ctx, "viewer");
  const { spec, media: sampleId } = parseInput(previewTemplateSchema, input);
  await checkSpec(spec);
  const sample = await findSampleMedia(sampleId);
  if (sample === null)
    throw invalidField("media", "There is no such sample. GET /api/v1/samples lists them.");
  const capabilities = await findCapabilities();
  const plan = planEncode(sample.mediaInfo, [{ key: "job", spec, templateName: "preview" }], capabilities);
  const [job] = plan.jobs;
  const options = {
    sourcePath: `/input/${sample.file}`,
    outputDirOf: () => "/output",
    threads: THREADS,
  };
  return {
    commands: plan.runs
      .flatMap((run) => runCommands(run, options))
      .map((args) => ["ffmpeg", ...args].map(quoted).join(" ")),
    renditions: (job?.renditions ?? []).map(toPreviewRendition),
    warnings: job?.warnings ?? [],
    failure: job?.failure ? { code: job.failure.code, params: job.failure.params } : null,
  };
}

function toPreviewRendition(rendition: PlannedRendition): PreviewRendition {
  const { name, kind, codec } = rendition;
  if (rendition.kind === "audio")
    return { name, kind, codec, width: null, height: null, frameRate: null, kbps: rendition.kbps };
  const { width, height, frameRate } = rendition;
  return { name, kind, codec, width, height, frameRate, kbps: peakKbps(rendition) };
}

/** An argument as a POSIX shell takes it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

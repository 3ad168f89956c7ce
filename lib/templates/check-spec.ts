import { AppError } from "#lib/errors.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { ladderIssues } from "#lib/templates/ladder-issues.ts";
import { templateIssues } from "#lib/templates/template-issues.ts";
import { findCapabilities } from "#lib/workers/find-capabilities.ts";

/**
 * Refuses a spec that is about to be stored when the engine, with the ffmpeg of the worker that was heard of
 * last, cannot do all of it or its ladder does not fall.
 * @throws {AppError} `invalid_input` with issues under `spec.`, each naming its option
 */
export async function checkSpec(spec: EncodeSpec): Promise<void> {
  const issues = [...templateIssues(spec, await findCapabilities()), ...ladderIssues(spec)].map(
    ({ path, message }) => ({
      path: `spec.${path}`,
      message,
    }),
  );
  if (issues.length === 0) return;
  const text = issues.map((issue) => `${issue.path}: ${issue.message}`).join(" ");
  throw new AppError("invalid_input", `This template cannot be used. ${text}`, { issues });
}

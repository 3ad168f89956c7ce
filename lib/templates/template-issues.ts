import type { FieldIssue } from "#lib/errors.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { unsupportedOptions } from "#lib/media/plan-encode.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";

/** What of a spec this engine cannot do with the ffmpeg of its workers, by path inside the spec. Empty: usable. */
export function templateIssues(spec: EncodeSpec, capabilities: Capabilities): FieldIssue[] {
  return unsupportedOptions(spec, capabilities).map(({ path, message }) => ({ path, message }));
}

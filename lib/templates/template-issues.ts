import type { FieldIssue } from "#lib/errors.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { unsupportedOptions } from "#lib/media/plan-encode.ts";

/** What of a spec this version's engine cannot do, by path inside the spec. Empty: usable. */
export function templateIssues(spec: EncodeSpec): FieldIssue[] {
  return unsupportedOptions(spec).map(({ path, message }) => ({ path, message }));
}

import { previewOutputPaths, type PathPreview } from "#lib/outputs/output-path.ts";
import type { TemplateView } from "#lib/templates/view.ts";

/** What the pattern comes to for each chosen template; none while it is empty. `now` in Unix milliseconds. */
export function previewsOf(
  pattern: string,
  inputName: string,
  now: number,
  templates: readonly TemplateView[],
): readonly PathPreview[] {
  if (pattern === "") return [];
  const shapes = templates.map(({ name, spec }) => ({ name, container: spec.container }));
  return previewOutputPaths(pattern, { inputName, date: new Date(now) }, shapes);
}

/** Why the first of them may not be used, for `errors.outputPath.<code>`; undefined when all may. */
export const reasonOf = (previews: readonly PathPreview[]) =>
  previews.find((preview) => preview.reason !== undefined)?.reason;

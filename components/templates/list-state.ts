import { parseAsString, parseAsStringLiteral } from "nuqs";

import { CONTAINERS, VIDEO_CODECS } from "#lib/media/encode-spec.ts";
import type { TemplateSummary } from "#lib/templates/view.ts";

export const TEMPLATE_TABS = ["custom", "predefined", "archived"] as const;
export type TemplateTab = (typeof TEMPLATE_TABS)[number];

/** Templates without video, beside the video codecs. */
export const CODEC_FILTERS = [...VIDEO_CODECS.filter((codec) => codec !== "copy"), "audio"] as const;

/** `?tab=&q=&container=&codec=` of the list; junk falls back to the default. */
export const listParsers = {
  tab: parseAsStringLiteral(TEMPLATE_TABS).withDefault("custom"),
  q: parseAsString.withDefault(""),
  container: parseAsStringLiteral(CONTAINERS),
  codec: parseAsStringLiteral(CODEC_FILTERS),
};

export type TemplateFilters = {
  q: string;
  container: (typeof CONTAINERS)[number] | null;
  codec: (typeof CODEC_FILTERS)[number] | null;
};

/** The templates that all filters let through; the text is looked for in name, id and the description that is shown. */
export function filterTemplates(
  templates: readonly TemplateSummary[],
  { q, container, codec }: TemplateFilters,
  describe: (template: TemplateSummary) => string,
): TemplateSummary[] {
  const wanted = q.trim().toLowerCase();
  return templates.filter((template) => {
    const { id, name, spec } = template;
    return (
      `${name}\n${describe(template)}\n${id}`.toLowerCase().includes(wanted) &&
      (container === null || spec.container === container) &&
      (codec === null || (codec === "audio" ? spec.video === null : spec.video?.codec === codec))
    );
  });
}

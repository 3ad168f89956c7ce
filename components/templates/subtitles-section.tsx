"use client";

import { useTranslations } from "next-intl";

import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { EditorSection, FIELD_GRID } from "#components/templates/editor-section.tsx";
import { offered } from "#components/templates/offered.ts";
import { isEncoded } from "#components/templates/spec-choices.ts";
import { useField } from "#components/templates/use-field.ts";
import { carriesSubtitles } from "#lib/media/unsupported-options.ts";

/** What becomes of the source's subtitles. */
export function SubtitlesSection() {
  const t = useTranslations("templates.sections");
  const tChoice = useTranslations("templates.choices.subtitles");
  const { spec, change, lackOf } = useEditor();
  const field = useField();
  const { container, segments, subtitles } = spec;
  const canCarry = carriesSubtitles(container) && !(container === "hls" && segments?.format === "ts");
  const canBurn = isEncoded(spec);
  if (!canCarry && !canBurn && subtitles === "drop") return null;
  const choices = (["drop", "carry", "burn"] as const).filter(
    (one) => one === "drop" || (one === "carry" ? canCarry : canBurn),
  );
  return (
    <EditorSection
      id="subtitles"
      title={t("subtitles")}
      summary={tChoice(subtitles)}
      options={/^subtitles/}
      isOpenAtFirst={subtitles !== "drop"}
    >
      <div className={FIELD_GRID}>
        <ChoiceField
          {...field("subtitles")}
          className="col-span-2"
          value={subtitles}
          items={offered(choices, subtitles).map((value) => ({
            value,
            label: tChoice(value),
            reason: lackOf({ subtitles: value }),
          }))}
          onChange={(next) => change({ subtitles: next })}
        />
      </div>
    </EditorSection>
  );
}

"use client";

import { useTranslations } from "next-intl";

import { useEditor } from "#components/templates/editor-context.ts";
import { FIELD_GRID } from "#components/templates/editor-section.tsx";
import { GroupError } from "#components/templates/group-error.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { clipOf, fadeOf } from "#components/templates/spec-choices.ts";
import { useField } from "#components/templates/use-field.ts";

/** Which part of the source is taken, and how it begins and ends. */
export function PartFields() {
  const t = useTranslations("templates.parts");
  const { spec, change } = useEditor();
  const field = useField();
  const { clip, fade } = spec;
  return (
    <>
      <fieldset className={FIELD_GRID}>
        <legend className="sr-only">{t("part")}</legend>
        <NumberField
          {...field("clip.startSeconds")}
          unit="s"
          step={0.1}
          isOptional
          emptyAt={0}
          placeholder="0"
          value={clip?.startSeconds}
          onChange={(start) => change({ clip: clipOf(start, clip?.endSeconds, clip?.maxSeconds) })}
        />
        <NumberField
          {...field("clip.endSeconds")}
          unit="s"
          step={0.1}
          isOptional
          placeholder={t("toEnd")}
          value={clip?.endSeconds}
          onChange={(end) => change({ clip: clipOf(clip?.startSeconds, end, clip?.maxSeconds) })}
        />
        <NumberField
          {...field("clip.maxSeconds")}
          unit="s"
          step={0.1}
          isOptional
          placeholder={t("toEnd")}
          value={clip?.maxSeconds}
          onChange={(most) => change({ clip: clipOf(clip?.startSeconds, clip?.endSeconds, most) })}
        />
        <NumberField
          {...field("fade.inSeconds")}
          unit="s"
          step={0.1}
          isOptional
          emptyAt={0}
          placeholder="0"
          value={fade?.inSeconds}
          onChange={(seconds) => change({ fade: fadeOf(seconds, fade?.outSeconds) })}
        />
        <NumberField
          {...field("fade.outSeconds")}
          unit="s"
          step={0.1}
          isOptional
          emptyAt={0}
          placeholder="0"
          value={fade?.outSeconds}
          onChange={(seconds) => change({ fade: fadeOf(fade?.inSeconds, seconds) })}
        />
      </fieldset>
      <GroupError option="clip" />
      <GroupError option="fade" />
    </>
  );
}

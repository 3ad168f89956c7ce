"use client";

import { useTranslations } from "next-intl";

import { CheckField } from "#components/templates/check-field.tsx";
import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { EditorSection, FIELD_GRID } from "#components/templates/editor-section.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { NumberListField } from "#components/templates/number-list-field.tsx";
import { patched, type Changes } from "#components/templates/patched.ts";
import { thumbnailMode, THUMBNAIL_MODES, withThumbnailMode } from "#components/templates/spec-choices.ts";
import { useField } from "#components/templates/use-field.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";

type Thumbnails = NonNullable<EncodeSpec["thumbnails"]>;

/** Pictures of the result beside it, for lists and for the bar of players. */
export function ThumbnailsSection() {
  const t = useTranslations("templates.sections");
  const tChoice = useTranslations("templates.choices.thumbnails");
  const { spec, change } = useEditor();
  const field = useField();
  const { thumbnails, video } = spec;
  if (video === null && thumbnails === undefined) return null;
  const mode = thumbnailMode(thumbnails);
  return (
    <EditorSection
      id="thumbnails"
      title={t("thumbnails")}
      summary={tChoice(mode)}
      options={/^thumbnails/}
      isOpenAtFirst={thumbnails !== undefined}
    >
      <div className={FIELD_GRID}>
        <ChoiceField
          {...field("thumbnails")}
          value={mode}
          items={THUMBNAIL_MODES.map((value) => ({ value, label: tChoice(value) }))}
          onChange={(next) => change({ thumbnails: withThumbnailMode(thumbnails, next) })}
        />
        {thumbnails && <PlaceField thumbnails={thumbnails} />}
        {thumbnails && (
          <NumberField
            {...field("thumbnails.width")}
            unit="px"
            isOptional
            placeholder={t("auto")}
            value={thumbnails.width}
            onChange={(width) => change({ thumbnails: patched(thumbnails, { width }) })}
          />
        )}
      </div>
      {thumbnails && (
        <CheckField
          {...field("thumbnails.sprite")}
          isChecked={thumbnails.sprite}
          onChange={(sprite) => change({ thumbnails: { ...thumbnails, sprite } })}
        />
      )}
    </EditorSection>
  );
}

/** How many, how often, or where. */
function PlaceField({ thumbnails }: { thumbnails: Thumbnails }) {
  const { change } = useEditor();
  const field = useField();
  const set = (changes: Changes<Thumbnails>) => change({ thumbnails: patched(thumbnails, changes) });
  const mode = thumbnailMode(thumbnails);
  if (mode === "count")
    return (
      <NumberField
        {...field("thumbnails.count")}
        value={thumbnails.count}
        onChange={(count = NaN) => set({ count })}
      />
    );
  if (mode === "times" || mode === "percents")
    return (
      <NumberListField
        key={mode}
        {...field(`thumbnails.${mode}`)}
        className="col-span-2"
        values={thumbnails[mode] ?? []}
        onChange={(values) => set({ [mode]: values })}
      />
    );
  return (
    <NumberField
      {...field("thumbnails.intervalSeconds")}
      unit="s"
      step={0.1}
      isOptional
      placeholder="10"
      value={thumbnails.intervalSeconds}
      onChange={(intervalSeconds) => set({ intervalSeconds })}
    />
  );
}

"use client";

import { useTranslations } from "next-intl";

import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { NumberField } from "#components/templates/number-field.tsx";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";

type Thumbnails = NonNullable<EncodeSpec["thumbnails"]>;

/** Without other wishes: spoken word as podcasts have it (EBU R128), and a picture every ten seconds. */
const LOUDNESS = { targetLufs: -16, truePeakDb: -1.5 };
const INTERVAL_SECONDS = 10;
const COUNT = 5;

const GRID = "grid grid-cols-2 items-start gap-3 sm:grid-cols-3 xl:grid-cols-5";

/** Loudness, subtitles, metadata and thumbnails. */
export function ExtrasSection() {
  const t = useTranslations("templates.extras");
  const { spec, setSpec, errorOf } = useEditor();
  return (
    <section aria-labelledby="extras-title" className="grid gap-4">
      <h2 id="extras-title" className="text-md font-semibold">
        {t("title")}
      </h2>
      <div className={GRID}>
        <ChoiceField
          id="spec.subtitles"
          label={t("subtitles")}
          value={spec.subtitles}
          error={errorOf("spec.subtitles")}
          items={(spec.subtitles === "burn"
            ? (["drop", "carry", "burn"] as const)
            : (["drop", "carry"] as const)
          ).map((value) => ({ value, label: t(`subtitleChoices.${value}`) }))}
          onChange={(subtitles) => setSpec({ ...spec, subtitles })}
        />
        <ChoiceField
          id="spec.metadata"
          label={t("metadata")}
          value={spec.metadata}
          error={errorOf("spec.metadata")}
          items={(["drop", "keep"] as const).map((value) => ({
            value,
            label: t(`metadataChoices.${value}`),
          }))}
          onChange={(metadata) => setSpec({ ...spec, metadata })}
        />
        <LoudnessFields />
      </div>
      <ThumbnailFields />
    </section>
  );
}

function LoudnessFields() {
  const t = useTranslations("templates.extras");
  const { spec, setSpec, errorOf } = useEditor();
  const { audio } = spec;
  if (audio === null) return null;
  const { loudness, ...rest } = audio;
  return (
    <>
      <ChoiceField
        id="spec.audio.loudness"
        label={t("loudness")}
        value={loudness === undefined ? "source" : "target"}
        error={errorOf("spec.audio.loudness")}
        items={(["source", "target"] as const).map((value) => ({
          value,
          label: t(`loudnessChoices.${value}`),
        }))}
        onChange={(value) =>
          setSpec({ ...spec, audio: value === "target" ? { ...rest, loudness: LOUDNESS } : rest })
        }
      />
      {loudness && (
        <NumberField
          id="spec.audio.loudness.targetLufs"
          label={t("target")}
          unit="LUFS"
          step={0.5}
          value={loudness.targetLufs}
          error={errorOf("spec.audio.loudness.targetLufs")}
          onChange={(targetLufs = NaN) =>
            setSpec({ ...spec, audio: { ...rest, loudness: { ...loudness, targetLufs } } })
          }
        />
      )}
    </>
  );
}

function ThumbnailFields() {
  const t = useTranslations("templates.extras");
  const { spec, setSpec, errorOf } = useEditor();
  const { thumbnails, ...rest } = spec;
  if (spec.video === null && thumbnails === undefined) return null;
  const set = (next: Thumbnails | undefined) =>
    setSpec(next === undefined ? rest : { ...rest, thumbnails: next });
  const { intervalSeconds: _every, count: _count, ...kept } = thumbnails ?? { sprite: false };
  const mode = thumbnails === undefined ? "none" : thumbnails.count === undefined ? "interval" : "count";
  return (
    <div className={GRID}>
      <ChoiceField
        id="spec.thumbnails"
        label={t("thumbnails")}
        value={mode}
        error={errorOf("spec.thumbnails")}
        items={(["none", "interval", "count"] as const).map((value) => ({
          value,
          label: t(`thumbnailChoices.${value}`),
        }))}
        onChange={(value) => {
          if (value === "none") set(undefined);
          else
            set(
              value === "count" ? { ...kept, count: COUNT } : { ...kept, intervalSeconds: INTERVAL_SECONDS },
            );
        }}
      />
      {thumbnails && mode === "interval" && (
        <NumberField
          id="spec.thumbnails.intervalSeconds"
          label={t("every")}
          unit="s"
          step={0.1}
          value={thumbnails.intervalSeconds}
          error={errorOf("spec.thumbnails.intervalSeconds")}
          onChange={(intervalSeconds = NaN) => set({ ...kept, intervalSeconds })}
        />
      )}
      {thumbnails && mode === "count" && (
        <NumberField
          id="spec.thumbnails.count"
          label={t("count")}
          value={thumbnails.count}
          error={errorOf("spec.thumbnails.count")}
          onChange={(count = NaN) => set({ ...kept, count })}
        />
      )}
      {thumbnails && (
        <>
          <NumberField
            id="spec.thumbnails.width"
            label={t("width")}
            unit="px"
            isOptional
            placeholder={t("asPlanned")}
            value={thumbnails.width}
            error={errorOf("spec.thumbnails.width")}
            onChange={(width) => {
              const { width: _width, ...others } = thumbnails;
              set(width === undefined ? others : { ...others, width });
            }}
          />
          <label className="flex items-center gap-2 self-end pb-1.5">
            <input
              type="checkbox"
              className="check"
              checked={thumbnails.sprite}
              onChange={(event) => set({ ...thumbnails, sprite: event.target.checked })}
            />
            {t("sprite")}
          </label>
        </>
      )}
    </div>
  );
}

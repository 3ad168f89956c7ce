"use client";

import { useTranslations } from "next-intl";

import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { EditorSection, FIELD_GRID } from "#components/templates/editor-section.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { RungRateFields } from "#components/templates/rung-rate-fields.tsx";
import { isEncoded } from "#components/templates/spec-choices.ts";
import { isSegmented } from "#components/templates/template-form.ts";
import { useField } from "#components/templates/use-field.ts";
import type { VideoSpec } from "#lib/media/encode-spec.ts";
import { isAnimation } from "#lib/media/unsupported-options.ts";

const PRESETS = [
  "ultrafast",
  "superfast",
  "veryfast",
  "faster",
  "fast",
  "medium",
  "slow",
  "slower",
  "veryslow",
] as const;
const TUNES = {
  h264: ["film", "animation", "grain", "stillimage"],
  h265: ["animation", "grain"],
} as const satisfies Record<string, readonly NonNullable<VideoSpec["tune"]>[]>;

/** How much the encoder takes its time, and what each rung's rate does besides its mode, which stands in the ladder. */
export function RateSection() {
  const t = useTranslations("templates.sections");
  const tChoice = useTranslations("templates.choices");
  const { spec, changeVideo } = useEditor();
  const field = useField();
  const { video } = spec;
  if (video === null) return null;
  const hasOwn = video.renditions.some(
    ({ level, rateControl }) => level !== undefined || "bufferKbits" in rateControl,
  );
  const applies = isEncoded(spec) && !isAnimation(video.codec);
  if (!applies && !hasOwn && video.tune === undefined) return null;
  const { codec, tune } = video;
  const tunes: readonly NonNullable<VideoSpec["tune"]>[] =
    codec === "h264" || codec === "h265" ? TUNES[codec] : [];
  const isAlien = tune !== undefined && !tunes.includes(tune);
  return (
    <EditorSection
      id="rate"
      title={t("rate")}
      summary={[
        video.preset,
        ...(Number.isFinite(video.gopSeconds) ? [t("keyframes", { seconds: video.gopSeconds })] : []),
      ].join(" · ")}
      options={/^video\.(preset|tune|gopSeconds|renditions\.\d+\.(level|rateControl\.bufferKbits)$)/}
      isOpenAtFirst={hasOwn}
    >
      <div className={FIELD_GRID}>
        <ChoiceField
          {...field("video.preset")}
          value={video.preset}
          items={PRESETS.map((value) => ({ value, label: value }))}
          onChange={(preset) => changeVideo({ preset })}
        />
        {(tunes.length > 0 || tune !== undefined) && (
          <ChoiceField
            {...field("video.tune")}
            value={tune ?? "none"}
            items={(["none", ...tunes, ...(isAlien ? [tune] : [])] as const).map((value) => ({
              value,
              label: tChoice(`tunes.${value}`),
            }))}
            onChange={(next) => changeVideo({ tune: next === "none" ? undefined : next })}
          />
        )}
        <NumberField
          {...field("video.gopSeconds")}
          {...(!isSegmented(spec.container) && { hint: null })}
          unit="s"
          step={0.1}
          value={video.gopSeconds}
          onChange={(gopSeconds = NaN) => changeVideo({ gopSeconds })}
        />
      </div>
      {video.renditions.map((rung, index) => (
        <RungRateFields key={index} rung={rung} index={index} video={video} />
      ))}
    </EditorSection>
  );
}

"use client";

import { useTranslations } from "next-intl";

import { codecName } from "#components/tasks/media-facts.ts";
import { CheckField } from "#components/templates/check-field.tsx";
import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { FIELD_GRID } from "#components/templates/editor-section.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { NumberListField } from "#components/templates/number-list-field.tsx";
import { offered } from "#components/templates/offered.ts";
import { fitsOf, hasRate, isSegmented } from "#components/templates/template-form.ts";
import { useField } from "#components/templates/use-field.ts";
import type { AudioSpec } from "#lib/media/encode-spec.ts";

const SAMPLE_RATES = ["source", "22050", "32000", "44100", "48000"] as const;
const CHANNELS = ["source", "1", "2", "6"] as const;

/** Codec, rates, channels and tracks of the sound. */
export function AudioFields({ audio }: { audio: AudioSpec }) {
  const t = useTranslations("templates.choices");
  const { spec, changeAudio, lackOf } = useEditor();
  const field = useField();
  const { codec, variantsKbps } = audio;
  const isSegmentedSound = spec.video === null && isSegmented(spec.container);
  const canCopy = codec !== "copy" && !isSegmented(spec.container);
  return (
    <>
      <div className={FIELD_GRID}>
        <ChoiceField
          {...field("audio.codec")}
          value={codec}
          items={offered(fitsOf(spec.container).audio, codec).map((value) => ({
            value,
            label: codecName(value),
            reason: lackOf({ audio: { ...audio, codec: value } }),
          }))}
          onChange={(next) => changeAudio({ codec: next })}
        />
        {hasRate(codec) && (
          <NumberField
            {...field("audio.kbps")}
            unit="kbit/s"
            value={audio.kbps}
            onChange={(kbps = NaN) => changeAudio({ kbps })}
          />
        )}
        <ChoiceField
          {...field("audio.channels")}
          value={String(audio.channels) as (typeof CHANNELS)[number]}
          items={CHANNELS.map((value) => ({ value, label: t(`channels.${value}`) }))}
          onChange={(value) =>
            changeAudio({ channels: value === "source" ? value : (Number(value) as AudioSpec["channels"]) })
          }
        />
        <ChoiceField
          {...field("audio.sampleRate")}
          value={String(audio.sampleRate) as (typeof SAMPLE_RATES)[number]}
          items={SAMPLE_RATES.map((value) => ({
            value,
            label: value === "source" ? t("channels.source") : `${Number(value) / 1000} kHz`,
          }))}
          onChange={(value) =>
            changeAudio({
              sampleRate: value === "source" ? value : (Number(value) as AudioSpec["sampleRate"]),
            })
          }
        />
        <ChoiceField
          {...field("audio.tracks")}
          value={audio.tracks}
          items={(["default", "all"] as const).map((value) => ({ value, label: t(`tracks.${value}`) }))}
          onChange={(tracks) => changeAudio({ tracks })}
        />
        {(isSegmentedSound || variantsKbps !== undefined) && (
          <NumberListField
            {...field("audio.variantsKbps")}
            className="col-span-2"
            placeholder="96, 64"
            values={variantsKbps ?? []}
            onChange={(values) => changeAudio({ variantsKbps: values.length === 0 ? undefined : values })}
          />
        )}
      </div>
      {(canCopy || audio.copyWhenPossible === true) && (
        <CheckField
          {...field("audio.copyWhenPossible")}
          isChecked={audio.copyWhenPossible === true}
          onChange={(isWanted) => changeAudio({ copyWhenPossible: isWanted || undefined })}
        />
      )}
    </>
  );
}

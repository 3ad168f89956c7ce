"use client";

import { useTranslations } from "next-intl";

import { CheckField } from "#components/templates/check-field.tsx";
import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { FIELD_GRID } from "#components/templates/editor-section.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { NumberListField } from "#components/templates/number-list-field.tsx";
import { offered } from "#components/templates/offered.ts";
import { soundChoices, withAudioCodec } from "#components/templates/spec-choices.ts";
import { fitsOf, hasRate, isSegmented } from "#components/templates/template-form.ts";
import { useCodecName } from "#components/templates/use-codec-name.ts";
import { useField } from "#components/templates/use-field.ts";
import type { AudioSpec } from "#lib/media/encode-spec.ts";

/** A choice is a text in the list. */
const asText = <Value extends string | number>(value: Value) => `${value}` as const;
const asNumber = <Text extends string>(text: Text) =>
  Number(text) as Text extends `${infer Value extends number}` ? Value : never;

/** Codec, rates, channels and tracks of the sound. */
export function AudioFields({ audio }: { audio: AudioSpec }) {
  const t = useTranslations("templates.choices");
  const { spec, changeAudio, lackOf } = useEditor();
  const codecName = useCodecName();
  const field = useField();
  const { codec, variantsKbps } = audio;
  const { sampleRates, channels } = soundChoices(codec);
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
            reason: lackOf({ audio: withAudioCodec(audio, value) }),
          }))}
          onChange={(next) => changeAudio(withAudioCodec(audio, next))}
        />
        {hasRate(codec) && (
          <NumberField
            {...field("audio.kbps")}
            unit="kbit/s"
            value={audio.kbps}
            onChange={(kbps = NaN) => changeAudio({ kbps })}
          />
        )}
        {codec !== "copy" && (
          <>
            <ChoiceField
              {...field("audio.channels")}
              value={asText(audio.channels)}
              items={offered(channels, audio.channels).map((value) => ({
                value: asText(value),
                label: t(`channels.${value}`),
              }))}
              onChange={(next) => changeAudio({ channels: next === "source" ? next : asNumber(next) })}
            />
            <ChoiceField
              {...field("audio.sampleRate")}
              value={asText(audio.sampleRate)}
              items={offered(sampleRates, audio.sampleRate).map((value) => ({
                value: asText(value),
                label: value === "source" ? t("channels.source") : `${value / 1000} kHz`,
              }))}
              onChange={(next) => changeAudio({ sampleRate: next === "source" ? next : asNumber(next) })}
            />
          </>
        )}
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

"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";

import { codecName } from "#components/tasks/media-facts.ts";
import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { NumberField } from "#components/templates/number-field.tsx";
import { fitsOf, hasRate, NEW_TEMPLATE } from "#components/templates/template-form.ts";
import type { AudioSpec } from "#lib/media/encode-spec.ts";

const SAMPLE_RATES = ["source", "22050", "32000", "44100", "48000"] as const;
const CHANNELS = ["source", "1", "2", "6"] as const;

/** The sound, and which part of the source is taken. */
export function AudioSection() {
  const t = useTranslations("templates.audio");
  const { spec, setSpec, errorOf } = useEditor();
  const { audio, container } = spec;
  const lastAudio = useRef<AudioSpec | null>(null);
  const set = (changes: Partial<AudioSpec>) => audio && setSpec({ ...spec, audio: { ...audio, ...changes } });
  const codecs = fitsOf(container).audio;
  const offered = audio && !codecs.includes(audio.codec) ? [...codecs, audio.codec] : codecs;
  return (
    <section aria-labelledby="audio-title" className="grid gap-4">
      <div className="flex items-center gap-3">
        <h2 id="audio-title" className="text-md font-semibold">
          {t("title")}
        </h2>
        {spec.video && (
          <label className="flex items-center gap-2 text-muted">
            <input
              type="checkbox"
              className="check"
              checked={audio !== null}
              onChange={(event) => {
                if (audio) lastAudio.current = audio;
                const kept = lastAudio.current ?? NEW_TEMPLATE.spec.audio;
                const codec = kept && codecs.includes(kept.codec) ? kept.codec : codecs[0];
                setSpec({
                  ...spec,
                  audio: event.target.checked && kept && codec ? { ...kept, codec } : null,
                });
              }}
            />
            {t("include")}
          </label>
        )}
      </div>
      {audio && (
        <div className="grid grid-cols-2 items-start gap-3 sm:grid-cols-3 xl:grid-cols-5">
          <ChoiceField
            id="spec.audio.codec"
            label={t("codec")}
            value={audio.codec}
            error={errorOf("spec.audio.codec")}
            items={offered.map((value) => ({ value, label: codecName(value) }))}
            onChange={(codec) => set({ codec })}
          />
          {hasRate(audio.codec) && (
            <NumberField
              id="spec.audio.kbps"
              label={t("bitRate")}
              unit="kbit/s"
              value={audio.kbps}
              error={errorOf("spec.audio.kbps")}
              onChange={(kbps = NaN) => set({ kbps })}
            />
          )}
          <ChoiceField
            id="spec.audio.channels"
            label={t("channels")}
            value={String(audio.channels) as (typeof CHANNELS)[number]}
            items={CHANNELS.map((value) => ({ value, label: t(`channelNames.${value}`) }))}
            onChange={(value) =>
              set({ channels: value === "source" ? value : (Number(value) as AudioSpec["channels"]) })
            }
          />
          <ChoiceField
            id="spec.audio.sampleRate"
            label={t("sampleRate")}
            value={String(audio.sampleRate) as (typeof SAMPLE_RATES)[number]}
            items={SAMPLE_RATES.map((value) => ({
              value,
              label: value === "source" ? t("asSource") : `${Number(value) / 1000} kHz`,
            }))}
            onChange={(value) =>
              set({ sampleRate: value === "source" ? value : (Number(value) as AudioSpec["sampleRate"]) })
            }
          />
          <ChoiceField
            id="spec.audio.tracks"
            label={t("tracks")}
            value={audio.tracks}
            error={errorOf("spec.audio.tracks")}
            items={(["default", "all"] as const).map((value) => ({ value, label: t(`trackNames.${value}`) }))}
            onChange={(tracks) => set({ tracks })}
          />
        </div>
      )}
      <ClipFields />
    </section>
  );
}

function ClipFields() {
  const t = useTranslations("templates.clip");
  const { spec, setSpec, errorOf } = useEditor();
  const { clip } = spec;
  const set = (changes: { startSeconds?: number | undefined; endSeconds?: number | undefined }) => {
    const { startSeconds = 0, endSeconds } = { ...clip, ...changes };
    const { clip: _clip, ...rest } = spec;
    const isWhole = startSeconds === 0 && endSeconds === undefined;
    setSpec(
      isWhole ? rest : { ...rest, clip: { startSeconds, ...(endSeconds !== undefined && { endSeconds }) } },
    );
  };
  return (
    <fieldset className="grid grid-cols-2 items-start gap-3 sm:grid-cols-3 xl:grid-cols-5">
      <legend className="sr-only">{t("title")}</legend>
      <NumberField
        id="spec.clip.startSeconds"
        label={t("start")}
        unit="s"
        step={0.1}
        isOptional
        placeholder="0"
        value={clip?.startSeconds === 0 ? undefined : clip?.startSeconds}
        error={errorOf("spec.clip.startSeconds")}
        onChange={(startSeconds) => set({ startSeconds })}
      />
      <NumberField
        id="spec.clip.endSeconds"
        label={t("end")}
        unit="s"
        step={0.1}
        isOptional
        placeholder={t("toEnd")}
        value={clip?.endSeconds}
        error={errorOf("spec.clip.endSeconds")}
        onChange={(endSeconds) => set({ endSeconds })}
      />
    </fieldset>
  );
}

"use client";

import { useTranslations } from "next-intl";

import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { FIELD_GRID } from "#components/templates/editor-section.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { useField } from "#components/templates/use-field.ts";
import type { AudioSpec } from "#lib/media/encode-spec.ts";

/** Spoken word as podcasts have it (EBU R128). */
const LOUDNESS = { targetLufs: -16, truePeakDb: -1.5 };

/** How loud the sound is made. */
export function LoudnessFields({ audio }: { audio: AudioSpec }) {
  const t = useTranslations("templates.choices");
  const { changeAudio, lackOf } = useEditor();
  const field = useField();
  const { codec, loudness } = audio;
  if (codec === "copy" && loudness === undefined) return null;
  return (
    <div className={FIELD_GRID}>
      <ChoiceField
        {...field("audio.loudness")}
        value={loudness === undefined ? "source" : "target"}
        items={(["source", "target"] as const).map((value) => ({
          value,
          label: t(`loudness.${value}`),
          reason: value === "target" ? lackOf({ audio: { ...audio, loudness: LOUDNESS } }) : null,
        }))}
        onChange={(value) =>
          changeAudio({ loudness: value === "target" ? (loudness ?? LOUDNESS) : undefined })
        }
      />
      {loudness && (
        <>
          <NumberField
            {...field("audio.loudness.targetLufs")}
            unit="LUFS"
            step={0.5}
            value={loudness.targetLufs}
            onChange={(targetLufs = NaN) => changeAudio({ loudness: { ...loudness, targetLufs } })}
          />
          <NumberField
            {...field("audio.loudness.truePeakDb")}
            unit="dBTP"
            step={0.5}
            value={loudness.truePeakDb}
            onChange={(truePeakDb = NaN) => changeAudio({ loudness: { ...loudness, truePeakDb } })}
          />
        </>
      )}
    </div>
  );
}

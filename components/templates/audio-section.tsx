"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";

import { useFigures } from "#components/tasks/use-figures.ts";
import { AudioFields } from "#components/templates/audio-fields.tsx";
import { CheckField } from "#components/templates/check-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { EditorSection } from "#components/templates/editor-section.tsx";
import { LoudnessFields } from "#components/templates/loudness-fields.tsx";
import { withAudioCodec } from "#components/templates/spec-choices.ts";
import { fitsOf, hasRate, NEW_TEMPLATE } from "#components/templates/template-form.ts";
import { useCodecName } from "#components/templates/use-codec-name.ts";
import { useField } from "#components/templates/use-field.ts";
import type { AudioSpec } from "#lib/media/encode-spec.ts";

/** The sound. */
export function AudioSection() {
  const t = useTranslations("templates.sections");
  const { spec, change } = useEditor();
  const codecName = useCodecName();
  const figures = useFigures();
  const field = useField();
  const { audio, container, video } = spec;
  const lastAudio = useRef<AudioSpec | null>(null);
  const codecs = fitsOf(container).audio;
  if (codecs.length === 0 && audio === null) return null;
  function setIsWanted(isWanted: boolean) {
    if (audio) lastAudio.current = audio;
    const kept = lastAudio.current ?? NEW_TEMPLATE.spec.audio;
    const codec = kept && codecs.includes(kept.codec) ? kept.codec : codecs[0];
    change({ audio: isWanted && kept && codec ? withAudioCodec(kept, codec) : null });
  }
  const rate =
    audio && hasRate(audio.codec) && Number.isFinite(audio.kbps) ? ` · ${figures.kbps(audio.kbps)}` : "";
  return (
    <EditorSection
      id="audio"
      title={t("audio")}
      summary={audio ? `${codecName(audio.codec)}${rate}` : t("off")}
      options={/^audio/}
      isOpenAtFirst
    >
      {(video || audio === null) && (
        <CheckField {...field("audio")} isChecked={audio !== null} onChange={setIsWanted} />
      )}
      {audio && <AudioFields audio={audio} />}
      {audio && <LoudnessFields audio={audio} />}
    </EditorSection>
  );
}

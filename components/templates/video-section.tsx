"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";

import { CheckField } from "#components/templates/check-field.tsx";
import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { EditorSection, FIELD_GRID } from "#components/templates/editor-section.tsx";
import { LadderSection } from "#components/templates/ladder-section.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { offered } from "#components/templates/offered.ts";
import { isEncoded, withFrameRateMode } from "#components/templates/spec-choices.ts";
import {
  fitsOf,
  isSegmented,
  NEW_TEMPLATE,
  withCodec,
  withProfiles,
} from "#components/templates/template-form.ts";
import { useCodecName } from "#components/templates/use-codec-name.ts";
import { useField } from "#components/templates/use-field.ts";
import type { VideoSpec } from "#lib/media/encode-spec.ts";
import { isAnimation } from "#lib/media/unsupported-options.ts";

/** The picture: its codec, its frames and its rungs. */
export function VideoSection() {
  const t = useTranslations("templates.sections");
  const { spec, change } = useEditor();
  const codecName = useCodecName();
  const field = useField();
  const { container, video } = spec;
  const lastVideo = useRef<VideoSpec | null>(null);
  const fits = fitsOf(container);
  if (video === null && fits.video.length === 0) return null;
  function setIsWanted(isWanted: boolean) {
    if (video) lastVideo.current = video;
    const kept = lastVideo.current ?? NEW_TEMPLATE.spec.video;
    const codec = kept && fits.video.includes(kept.codec) ? kept.codec : fits.video[0];
    change({ video: isWanted && kept && codec ? withCodec(kept, codec) : null });
  }
  const count = video?.renditions.length ?? 0;
  return (
    <EditorSection
      id="video"
      title={t("video")}
      summary={
        video === null
          ? t("off")
          : [codecName(video.codec), ...(isEncoded(spec) ? [t("rungs", { count })] : [])].join(" · ")
      }
      options={
        /^video($|\.(codec|bitDepth|frameRate|copyWhenPossible|renditions(?!\.\d+\.(level|rateControl\.bufferKbits)$)))/
      }
      isOpenAtFirst
    >
      {(fits.audio.length > 0 || video === null) && (
        <CheckField {...field("video")} isChecked={video !== null} onChange={setIsWanted} />
      )}
      {video && <VideoFields video={video} />}
      {video && <LadderSection video={video} />}
    </EditorSection>
  );
}

function VideoFields({ video }: { video: VideoSpec }) {
  const t = useTranslations("templates.choices");
  const { spec, change, changeVideo, errorOf, lackOf } = useEditor();
  const codecName = useCodecName();
  const field = useField();
  const { frameRate, codec } = video;
  const canCopy = codec !== "copy" && !isAnimation(codec) && !isSegmented(spec.container);
  return (
    <>
      <div className={FIELD_GRID}>
        <ChoiceField
          {...field("video.codec")}
          value={codec}
          items={offered(fitsOf(spec.container).video, codec).map((value) => ({
            value,
            label: codecName(value),
            reason: lackOf({ video: withCodec(video, value) }),
          }))}
          onChange={(next) => change({ video: withCodec(video, next) })}
        />
        {codec !== "copy" && (!isAnimation(codec) || video.bitDepth !== 8) && (
          <ChoiceField
            {...field("video.bitDepth")}
            value={video.bitDepth === 10 ? "10" : "8"}
            items={(["8", "10"] as const).map((value) => ({
              value,
              label: t("bits", { count: Number(value) }),
            }))}
            onChange={(next) =>
              change({ video: withProfiles({ ...video, bitDepth: next === "10" ? 10 : 8 }) })
            }
          />
        )}
        {codec !== "copy" && (
          <ChoiceField
            {...field("video.frameRate.mode")}
            error={errorOf("spec.video.frameRate.mode") ?? errorOf("spec.video.frameRate")}
            value={frameRate.mode}
            items={(["source", "cap", "fixed"] as const).map((value) => ({
              value,
              label: t(`frameRates.${value}`),
            }))}
            onChange={(mode) => changeVideo({ frameRate: withFrameRateMode(frameRate, mode) })}
          />
        )}
        {codec !== "copy" && frameRate.mode !== "source" && (
          <NumberField
            {...field("video.frameRate.fps")}
            label={t(`fps.${frameRate.mode}`)}
            unit="fps"
            step={0.001}
            value={frameRate.fps}
            onChange={(fps = NaN) => changeVideo({ frameRate: { ...frameRate, fps } })}
          />
        )}
      </div>
      {(canCopy || video.copyWhenPossible === true) && (
        <CheckField
          {...field("video.copyWhenPossible")}
          isChecked={video.copyWhenPossible === true}
          onChange={(isWanted) => changeVideo({ copyWhenPossible: isWanted || undefined })}
        />
      )}
    </>
  );
}

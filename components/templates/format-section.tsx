"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";

import { codecName, containerName } from "#components/tasks/media-facts.ts";
import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { NumberField } from "#components/templates/number-field.tsx";
import {
  CONTAINER_CHOICES,
  fitsOf,
  isSegmented,
  withCodec,
  withContainer,
  withProfiles,
} from "#components/templates/template-form.ts";
import type { VideoSpec } from "#lib/media/encode-spec.ts";

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

/** Container, segments and what holds for every rung. */
export function FormatSection() {
  const t = useTranslations("templates.format");
  const { spec, setSpec, errorOf } = useEditor();
  const { container, video, segments } = spec;
  // Back from an audio container, the ladder is as it was.
  const lastVideo = useRef<VideoSpec | null>(null);
  const codecs = fitsOf(container).video;
  return (
    <section aria-labelledby="format" className="grid gap-4">
      <h2 id="format" className="text-md font-semibold">
        {t("title")}
      </h2>
      <div className="grid grid-cols-2 items-start gap-3 sm:grid-cols-3 xl:grid-cols-4">
        <ChoiceField
          id="spec.container"
          label={t("container")}
          value={container}
          error={errorOf("spec.container")}
          items={choices(CONTAINER_CHOICES, container).map((value) => ({
            value,
            label: containerName(value),
          }))}
          onChange={(next) => {
            if (video) lastVideo.current = video;
            setSpec(withContainer(spec, next, lastVideo.current ?? undefined));
          }}
        />
        {video && (
          <ChoiceField
            id="spec.video.codec"
            label={t("codec")}
            value={video.codec}
            error={errorOf("spec.video.codec") ?? errorOf("spec.video")}
            items={choices(codecs, video.codec).map((value) => ({ value, label: codecName(value) }))}
            onChange={(codec) => setSpec({ ...spec, video: withCodec(video, codec) })}
          />
        )}
        {isSegmented(container) && (
          <NumberField
            id="spec.segments.seconds"
            label={t("segment")}
            unit="s"
            step={0.5}
            value={segments?.seconds ?? 6}
            error={errorOf("spec.segments.seconds")}
            onChange={(seconds = NaN) =>
              setSpec({ ...spec, segments: { format: "fmp4", byteRange: false, ...segments, seconds } })
            }
          />
        )}
        {video && (
          <NumberField
            id="spec.video.gopSeconds"
            label={t("keyframe")}
            unit="s"
            step={0.1}
            value={video.gopSeconds}
            error={errorOf("spec.video.gopSeconds")}
            onChange={(gopSeconds = NaN) => setSpec({ ...spec, video: { ...video, gopSeconds } })}
          />
        )}
        {container === "hls" && (
          <ChoiceField
            id="spec.segments.format"
            label={t("segmentFormat")}
            value={segments?.format ?? "fmp4"}
            error={errorOf("spec.segments.format")}
            items={[
              { value: "fmp4", label: "fMP4" },
              { value: "ts", label: "MPEG-TS" },
            ]}
            onChange={(format) =>
              setSpec({
                ...spec,
                segments: {
                  seconds: segments?.seconds ?? 6,
                  byteRange: format === "fmp4" && segments?.byteRange === true,
                  format,
                },
              })
            }
          />
        )}
        {video && <VideoFields video={video} />}
      </div>
    </section>
  );
}

function VideoFields({ video }: { video: VideoSpec }) {
  const t = useTranslations("templates.format");
  const { spec, setSpec, errorOf } = useEditor();
  const set = (changes: Partial<VideoSpec>) => setSpec({ ...spec, video: { ...video, ...changes } });
  const { frameRate, tune } = video;
  const tunes: readonly NonNullable<VideoSpec["tune"]>[] =
    video.codec === "h264" || video.codec === "h265" ? TUNES[video.codec] : [];
  return (
    <>
      <ChoiceField
        id="spec.video.preset"
        label={t("preset")}
        value={video.preset}
        items={PRESETS.map((value) => ({ value, label: value }))}
        onChange={(preset) => set({ preset })}
      />
      {tunes.length > 0 && (
        <ChoiceField
          id="spec.video.tune"
          label={t("tune")}
          value={tune ?? "none"}
          error={errorOf("spec.video.tune")}
          items={[
            { value: "none", label: t("tunes.none") },
            ...tunes.map((value) => ({ value, label: t(`tunes.${value}`) })),
          ]}
          onChange={(next) => {
            const { tune: _tune, ...rest } = video;
            setSpec({ ...spec, video: next === "none" ? rest : { ...rest, tune: next } });
          }}
        />
      )}
      {video.codec !== "copy" && (
        <ChoiceField
          id="spec.video.bitDepth"
          label={t("bitDepth")}
          value={video.bitDepth === 10 ? "10" : "8"}
          error={errorOf("spec.video.bitDepth")}
          items={[
            { value: "8", label: t("bits", { count: 8 }) },
            { value: "10", label: t("bits", { count: 10 }) },
          ]}
          onChange={(next) =>
            setSpec({ ...spec, video: withProfiles({ ...video, bitDepth: next === "10" ? 10 : 8 }) })
          }
        />
      )}
      <ChoiceField
        id="spec.video.frameRate.mode"
        label={t("frameRate")}
        value={frameRate.mode}
        items={(["source", "cap", "fixed"] as const).map((value) => ({
          value,
          label: t(`frameRates.${value}`),
        }))}
        onChange={(mode) =>
          set({
            frameRate:
              mode === "source"
                ? { mode }
                : { mode, fps: "fps" in frameRate ? frameRate.fps : mode === "cap" ? 60 : 25 },
          })
        }
      />
      {frameRate.mode !== "source" && (
        <NumberField
          id="spec.video.frameRate.fps"
          label={t(frameRate.mode === "cap" ? "highestFps" : "fps")}
          unit="fps"
          step={0.001}
          value={frameRate.fps}
          error={errorOf("spec.video.frameRate.fps")}
          onChange={(fps = NaN) => set({ frameRate: { ...frameRate, fps } })}
        />
      )}
      <ChoiceField
        id="spec.video.deinterlace"
        label={t("deinterlace")}
        value={video.deinterlace}
        items={(["auto", "off", "always"] as const).map((value) => ({
          value,
          label: t(`deinterlaces.${value}`),
        }))}
        onChange={(deinterlace) => set({ deinterlace })}
      />
    </>
  );
}

/** What can be chosen, with what the JSON view has put there. */
function choices<Value extends string>(offered: readonly Value[], present: Value): readonly Value[] {
  return offered.includes(present) ? offered : [...offered, present];
}

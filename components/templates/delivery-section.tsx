"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";

import { containerName } from "#components/tasks/media-facts.ts";
import { CheckField } from "#components/templates/check-field.tsx";
import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { EditorSection, FIELD_GRID } from "#components/templates/editor-section.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { offered } from "#components/templates/offered.ts";
import { PartFields } from "#components/templates/part-fields.tsx";
import { CONTAINER_CHOICES, isSegmented, withContainer } from "#components/templates/template-form.ts";
import { useField } from "#components/templates/use-field.ts";
import type { Container, EncodeSpec } from "#lib/media/encode-spec.ts";
import { keepsMetadata } from "#lib/media/unsupported-options.ts";

const SEGMENTS = { seconds: 6, format: "fmp4", byteRange: false } as const;

/** The container, its segments, and which part of the source goes into it. */
export function DeliverySection() {
  const t = useTranslations("templates.sections");
  const tChoice = useTranslations("templates.choices");
  const { spec, setSpec, change, lackOf } = useEditor();
  const field = useField();
  const { container, video, segments, metadata } = spec;
  // Back from an audio container, the ladder is as it was.
  const [lastVideo, setLastVideo] = useState(video);
  if (video !== null && video !== lastVideo) setLastVideo(video);
  const inContainer = (next: Container) => withContainer(spec, next, lastVideo ?? undefined);
  const setSegments = (changes: Partial<NonNullable<EncodeSpec["segments"]>>) =>
    change({ segments: { ...SEGMENTS, ...segments, ...changes } });
  const isTransport = segments?.format === "ts";
  return (
    <EditorSection
      id="delivery"
      title={t("delivery")}
      summary={containerName(container)}
      options={/^(container$|segments|metadata|clip|fade)/}
      isOpenAtFirst
    >
      <div className={FIELD_GRID}>
        <ChoiceField
          {...field("container")}
          value={container}
          items={offered(CONTAINER_CHOICES, container).map((value) => ({
            value,
            label: containerName(value),
            reason: lackOf(inContainer(value)),
          }))}
          onChange={(next) => setSpec(inContainer(next))}
        />
        {(isSegmented(container) || segments !== undefined) && (
          <NumberField
            {...field("segments.seconds")}
            unit="s"
            step={0.5}
            value={segments?.seconds ?? SEGMENTS.seconds}
            onChange={(seconds = NaN) => setSegments({ seconds })}
          />
        )}
        {(container === "hls" || isTransport) && (
          <ChoiceField
            {...field("segments.format")}
            value={segments?.format ?? "fmp4"}
            items={[
              { value: "fmp4", label: "fMP4" },
              { value: "ts", label: "MPEG-TS" },
            ]}
            onChange={(format) =>
              setSegments({ format, byteRange: format === "fmp4" && segments?.byteRange === true })
            }
          />
        )}
        {(keepsMetadata(container) || metadata !== "drop") && (
          <ChoiceField
            {...field("metadata")}
            value={metadata}
            items={(["drop", "keep"] as const).map((value) => ({ value, label: tChoice(value) }))}
            onChange={(next) => change({ metadata: next })}
          />
        )}
      </div>
      {((container === "hls" && !isTransport) || segments?.byteRange === true) && (
        <CheckField
          {...field("segments.byteRange")}
          isChecked={segments?.byteRange === true}
          onChange={(byteRange) => setSegments({ byteRange })}
        />
      )}
      {segments !== undefined && !isSegmented(container) && (
        <CheckField {...field("segments")} isChecked onChange={() => change({ segments: undefined })} />
      )}
      <PartFields />
    </EditorSection>
  );
}

"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";

import { FIELD_GRID } from "#components/templates/editor-section.tsx";
import { keepFocus } from "#components/templates/keep-focus.ts";
import { NumberField } from "#components/templates/number-field.tsx";
import { patched, type Changes } from "#components/templates/patched.ts";
import { PositionField } from "#components/templates/position-field.tsx";
import { TextField } from "#components/templates/text-field.tsx";
import { useField } from "#components/templates/use-field.ts";
import { WatermarkImageField } from "#components/templates/watermark-image-field.tsx";
import { Button } from "#components/ui/button.tsx";
import type { Watermark } from "#lib/media/encode-spec.ts";

type Shared = Omit<Extract<Watermark, { kind: "text" }>, "kind" | "text" | "heightPercent">;

type WatermarkFieldsProps = {
  watermark: Watermark;
  /** From 0. */
  index: number;
  onChange: (watermark: Watermark) => void;
  onRemove: () => void;
};

/** One image or text: what it is, where, how large, how solid, and when. */
export function WatermarkFields({ watermark, index, onChange, onRemove }: WatermarkFieldsProps) {
  const t = useTranslations("templates.watermarks");
  const field = useField();
  const path = `watermarks.${index}`;
  const number = index + 1;
  const set = (changes: Changes<Shared>) => onChange(patched<Watermark>(watermark, changes));
  const times = ["startSeconds", "endSeconds"] as const;
  return (
    <li aria-label={t("one", { number })} className="grid gap-4 border-b border-border p-3 last:border-b-0">
      <div className="flex items-center gap-2">
        <h3 className="font-medium">{t(`title.${watermark.kind}`, { number })}</h3>
        <Button
          variant="ghost"
          iconOnly
          className="ms-auto"
          aria-label={t("remove", { number })}
          data-remove
          onClick={(event) => {
            keepFocus(event.currentTarget);
            onRemove();
          }}
        >
          <X size={16} aria-hidden />
        </Button>
      </div>
      {watermark.kind === "image" ? (
        <WatermarkImageField
          path={`${path}.source`}
          source={watermark.source}
          onChange={(source) => onChange({ ...watermark, source })}
        />
      ) : (
        <TextField
          {...field(`${path}.text`)}
          value={watermark.text}
          maxLength={500}
          onChange={(text) => onChange({ ...watermark, text })}
        />
      )}
      <div className={FIELD_GRID}>
        <PositionField
          {...field(`${path}.position`)}
          value={watermark.position}
          onChange={(position) => set({ position })}
        />
        {watermark.kind === "image" ? (
          <NumberField
            {...field(`${path}.widthPercent`)}
            unit="%"
            step={0.5}
            value={watermark.widthPercent}
            onChange={(widthPercent = NaN) => onChange({ ...watermark, widthPercent })}
          />
        ) : (
          <NumberField
            {...field(`${path}.heightPercent`)}
            unit="%"
            step={0.5}
            value={watermark.heightPercent}
            onChange={(heightPercent = NaN) => onChange({ ...watermark, heightPercent })}
          />
        )}
        <NumberField
          {...field(`${path}.marginPercent`)}
          unit="%"
          step={0.5}
          value={watermark.marginPercent}
          onChange={(marginPercent = NaN) => set({ marginPercent })}
        />
        {watermark.verticalMarginPercent !== undefined && (
          <NumberField
            {...field(`${path}.verticalMarginPercent`)}
            unit="%"
            step={0.5}
            isOptional
            value={watermark.verticalMarginPercent}
            onChange={(verticalMarginPercent) => set({ verticalMarginPercent })}
          />
        )}
        <NumberField
          {...field(`${path}.opacity`)}
          step={0.05}
          value={watermark.opacity}
          onChange={(opacity = NaN) => set({ opacity })}
        />
        {times.map((time) => (
          <NumberField
            key={time}
            {...field(`${path}.${time}`)}
            unit="s"
            step={0.1}
            isOptional
            placeholder={t(`times.${time}`)}
            value={watermark[time]}
            onChange={(seconds) => set({ [time]: seconds })}
          />
        ))}
      </div>
    </li>
  );
}

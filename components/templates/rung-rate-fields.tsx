"use client";

import { useTranslations } from "next-intl";

import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { FIELD_GRID } from "#components/templates/editor-section.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { patched, type Changes } from "#components/templates/patched.ts";
import { useField } from "#components/templates/use-field.ts";
import type { Rendition, VideoSpec } from "#lib/media/encode-spec.ts";

/** What decoders are built for (H.264, annex A; H.265 has fewer of them). */
const LEVELS = ["3.0", "3.1", "3.2", "4.0", "4.1", "4.2", "5.0", "5.1", "5.2", "6.0", "6.1", "6.2"] as const;

type RungRateFieldsProps = { rung: Rendition; index: number; video: VideoSpec };

/** Buffer and level of a rung. */
export function RungRateFields({ rung, index, video }: RungRateFieldsProps) {
  const t = useTranslations("templates.ladder");
  const { changeVideo } = useEditor();
  const words = useField();
  // Said once, not for each rung.
  const field = (option: string) => ({ ...words(option), ...(index > 0 && { hint: null }) });
  const { rateControl, level } = rung;
  const path = `video.renditions.${index}`;
  const set = (changes: Changes<Rendition>) =>
    changeVideo({
      renditions: video.renditions.map((one, at) => (at === index ? patched(one, changes) : one)),
    });
  const hasLevels = video.codec === "h264" || video.codec === "h265";
  const levels =
    level === undefined || (LEVELS as readonly string[]).includes(level) ? LEVELS : [level, ...LEVELS];
  if (rateControl.mode === "cbr" && !hasLevels && level === undefined) return null;
  return (
    <fieldset className={FIELD_GRID}>
      <legend className="mb-2 text-xs text-subtle">
        {t("rung", { number: index + 1 })} · {rung.name}
      </legend>
      {rateControl.mode !== "cbr" && (
        <NumberField
          {...field(`${path}.rateControl.bufferKbits`)}
          unit="kbit"
          isOptional
          placeholder={t("auto")}
          value={rateControl.bufferKbits}
          onChange={(bufferKbits) => set({ rateControl: patched(rateControl, { bufferKbits }) })}
        />
      )}
      {(hasLevels || level !== undefined) && (
        <ChoiceField
          {...field(`${path}.level`)}
          value={level ?? "auto"}
          items={["auto", ...levels].map((value) => ({ value, label: value === "auto" ? t("auto") : value }))}
          onChange={(next) => set({ level: next === "auto" ? undefined : next })}
        />
      )}
    </fieldset>
  );
}

"use client";

import { useTranslations } from "next-intl";

import { useEditor, type Editor } from "#components/templates/editor-context.ts";
import { RUNG_LABELS } from "#components/templates/rung-labels.ts";
import { FieldError } from "#components/ui/field.tsx";
import type { Rendition } from "#lib/media/encode-spec.ts";

type RungErrorsProps = { rung: Rendition; index: number; onChange: (rung: Rendition) => void };

/** What is wrong with a rung, under its row, each with its field's name; and a number that would do, to take with a click. */
export function RungErrors({ rung, index, onChange }: RungErrorsProps) {
  const t = useTranslations("templates.ladder");
  const tBanner = useTranslations("templates.banner");
  const { errorOf, issues } = useEditor();
  const path = `spec.video.renditions.${index}`;
  const suggestion = issues.find((issue) => issue.path.startsWith(`${path}.`) && issue.suggested != null);
  const value = suggestion?.suggested ?? null;
  const field = suggestion?.path.slice(path.length + 1) ?? "";
  return (
    <div className="col-span-full empty:hidden">
      {RUNG_LABELS.map(([option, label]) => {
        const message = rungError(errorOf, path, option);
        return (
          <FieldError
            key={option}
            id={`${path}.${option}`}
            error={message === null ? null : tBanner("placed", { place: t(label), message })}
          />
        );
      })}
      {value !== null && (
        <button
          type="button"
          className="ms-5 mt-1 text-xs font-medium text-accent-fg underline-offset-3 hover:underline"
          onClick={() => onChange(withNumber(rung, field, value))}
        >
          {t("suggest", {
            field: t(RUNG_LABELS.find(([option]) => option === field)?.[1] ?? "maximum"),
            value,
          })}
        </button>
      )}
    </div>
  );
}

/** What is wrong with an option of the rung at `path`. Two passes are one of the modes. */
export function rungError(errorOf: Editor["errorOf"], path: string, option: string): string | null {
  const own = errorOf(`${path}.${option}`);
  return own ?? (option === "rateControl.mode" ? errorOf(`${path}.rateControl.twoPass`) : null);
}

/** The rung with `value` in the field at `path` ("height", "rateControl.maxKbps"). */
function withNumber(rung: Rendition, path: string, value: number): Rendition {
  const [field = "", inner] = path.split(".");
  return inner === undefined
    ? { ...rung, [field]: value }
    : { ...rung, rateControl: { ...rung.rateControl, [inner]: value } };
}

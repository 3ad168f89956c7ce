"use client";

import { useTranslations } from "next-intl";

import { POSITIONS, type Watermark } from "#lib/media/encode-spec.ts";

type PositionFieldProps = {
  id: string;
  label: string;
  value: Watermark["position"];
  onChange: (position: Watermark["position"]) => void;
};

/** One of nine places of the picture, as a small picture of them. Arrow keys choose. */
export function PositionField({ id, label, value, onChange }: PositionFieldProps) {
  const t = useTranslations("templates.positions");
  return (
    <fieldset id={id} tabIndex={-1} className="min-w-0 outline-none">
      <legend className="mb-1 font-medium">{label}</legend>
      <div className="grid w-fit grid-cols-3 gap-px overflow-hidden rounded-md border border-control bg-border">
        {POSITIONS.map((position) => (
          <label
            key={position}
            title={t(position)}
            className="relative grid h-6 w-10 cursor-pointer place-items-center bg-surface hover:bg-hover has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-focus"
          >
            <input
              type="radio"
              name={id}
              aria-label={t(position)}
              className="peer absolute inset-0 m-0 cursor-pointer opacity-0"
              checked={value === position}
              onChange={() => onChange(position)}
            />
            <span
              aria-hidden
              className="h-2 w-4 rounded-xs border border-control peer-checked:border-accent peer-checked:bg-accent"
            />
          </label>
        ))}
      </div>
      <div className="mt-1 text-xs text-subtle">{t(value)}</div>
    </fieldset>
  );
}

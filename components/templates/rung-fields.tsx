"use client";

import { Copy, X } from "lucide-react";
import { useTranslations } from "next-intl";

import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { NumberField } from "#components/templates/number-field.tsx";
import { rateMode, withRateMode } from "#components/templates/spec-choices.ts";
import { Button } from "#components/ui/button.tsx";
import { describedBy, Field, FieldError } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { RateControl, Rendition, VideoSpec } from "#lib/media/encode-spec.ts";
import { profilesOf } from "#lib/media/unsupported-options.ts";

/** The fields of a rung that can be wrong, with the words they are labelled by. */
const FIELDS = [
  ["name", "name"],
  ["width", "width"],
  ["height", "height"],
  ["rateControl.mode", "rateControl"],
  ["rateControl.twoPass", "rateControl"],
  ["rateControl.crf", "crf"],
  ["rateControl.kbps", "kbps"],
  ["rateControl.maxKbps", "maximum"],
  ["profile", "profile"],
] as const;

type RungFieldsProps = {
  rung: Rendition;
  /** From 0. */
  index: number;
  video: VideoSpec;
  onChange: (rung: Rendition) => void;
  /** Null when the ladder is full. */
  onCopy: (() => void) | null;
  /** Null for the only rung. */
  onRemove: (() => void) | null;
};

/** One rung of the ladder in a row; on a phone in two columns. */
export function RungFields({ rung, index, video, onChange, onCopy, onRemove }: RungFieldsProps) {
  const t = useTranslations("templates.ladder");
  const tBanner = useTranslations("templates.banner");
  const placed = (place: string, message: string | null) =>
    message === null ? null : tBanner("placed", { place, message });
  const { errorOf, issues } = useEditor();
  const number = index + 1;
  const path = `spec.video.renditions.${index}`;
  const { rateControl } = rung;
  const profiles = profilesOf(video.codec, video.bitDepth);
  const suggestion = issues.find(
    (issue) => issue.path.startsWith(`${path}.`) && issue.suggested !== null && issue.suggested !== undefined,
  );
  const setSide = (side: "width" | "height", value: number | undefined) => {
    const { [side]: _old, ...rest } = rung;
    onChange(value === undefined ? rest : { ...rest, [side]: value });
  };
  const setRate = (changes: Partial<Record<"kbps" | "maxKbps" | "crf", number | undefined>>) => {
    const entries = Object.entries({ ...rateControl, ...changes }).filter(([, value]) => value !== undefined);
    onChange({ ...rung, rateControl: Object.fromEntries(entries) as RateControl });
  };
  return (
    <li
      aria-label={t("rung", { number })}
      className="grid grid-cols-2 items-start gap-3 border-b border-border p-3 last:border-b-0 @[420px]:grid-cols-4 @[660px]:grid-cols-[80px_68px_68px_minmax(92px,1fr)_64px_92px_92px_auto] @[660px]:gap-2"
    >
      <Field id={`${path}.name`} label={t("name")}>
        <Input
          {...describedBy(`${path}.name`, { error: errorOf(`${path}.name`) })}
          size="sm"
          value={rung.name}
          maxLength={32}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ ...rung, name: event.target.value })}
        />
      </Field>
      <NumberField
        id={`${path}.width`}
        label={t("width")}
        isOptional
        placeholder={t("auto")}
        value={rung.width}
        isErrorElsewhere
        error={errorOf(`${path}.width`)}
        onChange={(value) => setSide("width", value)}
      />
      <NumberField
        id={`${path}.height`}
        label={t("height")}
        isOptional
        placeholder={t("auto")}
        value={rung.height}
        isErrorElsewhere
        error={errorOf(`${path}.height`)}
        onChange={(value) => setSide("height", value)}
      />
      <ChoiceField
        id={`${path}.rateControl.mode`}
        label={t("rateControl")}
        value={rateMode(rateControl)}
        items={(["crf", "vbr", "vbr2", "cbr"] as const).map((value) => ({
          value,
          label: t(`modes.${value}`),
        }))}
        onChange={(mode) => onChange({ ...rung, rateControl: withRateMode(rateControl, mode) })}
      />
      {rateControl.mode === "crf" ? (
        <NumberField
          id={`${path}.rateControl.crf`}
          label={t("crf")}
          value={rateControl.crf}
          isErrorElsewhere
          error={errorOf(`${path}.rateControl.crf`)}
          onChange={(crf = NaN) => setRate({ crf })}
        />
      ) : (
        <NumberField
          id={`${path}.rateControl.kbps`}
          label={t("kbps")}
          unit="k"
          value={rateControl.kbps}
          isErrorElsewhere
          error={errorOf(`${path}.rateControl.kbps`)}
          onChange={(kbps = NaN) => setRate({ kbps })}
        />
      )}
      {rateControl.mode === "cbr" ? (
        <span className="hidden @[660px]:block" />
      ) : (
        <NumberField
          id={`${path}.rateControl.maxKbps`}
          label={t("maximum")}
          unit="k"
          isOptional
          placeholder={t("none")}
          value={rateControl.maxKbps}
          isErrorElsewhere
          error={errorOf(`${path}.rateControl.maxKbps`)}
          onChange={(maxKbps) => setRate({ maxKbps })}
        />
      )}
      {profiles.length > 0 ? (
        <ChoiceField
          id={`${path}.profile`}
          label={t("profile")}
          value={rung.profile ?? "auto"}
          items={[{ value: "auto", label: t("auto") }, ...profiles.map((value) => ({ value, label: value }))]}
          onChange={(next) => {
            const { profile: _profile, ...rest } = rung;
            onChange(next === "auto" ? rest : { ...rest, profile: next });
          }}
        />
      ) : (
        <span className="hidden @[660px]:block" />
      )}
      <div className="flex justify-end self-end @[660px]:self-start @[660px]:pt-6">
        <Button
          variant="ghost"
          iconOnly
          aria-label={t("duplicate", { number })}
          disabledReason={onCopy === null ? t("fullShort") : null}
          onClick={() => onCopy?.()}
        >
          <Copy size={16} aria-hidden />
        </Button>
        <Button
          variant="ghost"
          iconOnly
          aria-label={t("remove", { number })}
          disabledReason={onRemove === null ? t("onlyRung") : null}
          onClick={() => onRemove?.()}
        >
          <X size={16} aria-hidden />
        </Button>
      </div>
      <div className="col-span-full empty:hidden">
        {FIELDS.map(([field, label]) => (
          <FieldError
            key={field}
            id={`${path}.${field}`}
            error={placed(t(label), errorOf(`${path}.${field}`))}
          />
        ))}
        {typeof suggestion?.suggested === "number" && (
          <button
            type="button"
            className="ms-5 mt-1 text-xs font-medium text-accent-fg underline-offset-3 hover:underline"
            onClick={() =>
              onChange(withNumber(rung, suggestion.path.slice(path.length + 1), suggestion.suggested ?? 0))
            }
          >
            {t("suggest", {
              field: t(FIELDS.find(([field]) => suggestion.path === `${path}.${field}`)?.[1] ?? "maximum"),
              value: suggestion.suggested,
            })}
          </button>
        )}
      </div>
    </li>
  );
}

/** The rung with `value` in the field at `path` ("height", "rateControl.maxKbps"). */
function withNumber(rung: Rendition, path: string, value: number): Rendition {
  const [field = "", inner] = path.split(".");
  return inner === undefined
    ? { ...rung, [field]: value }
    : { ...rung, rateControl: { ...rung.rateControl, [inner]: value } };
}

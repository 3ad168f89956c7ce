"use client";

import { Copy, X } from "lucide-react";
import { useTranslations } from "next-intl";

import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { keepFocus } from "#components/templates/keep-focus.ts";
import { NumberField } from "#components/templates/number-field.tsx";
import { offered } from "#components/templates/offered.ts";
import { RungErrors, rungError } from "#components/templates/rung-errors.tsx";
import { rateMode, withRateMode } from "#components/templates/spec-choices.ts";
import { findRateObstacle } from "#components/templates/template-form.ts";
import { useIssueWords } from "#components/templates/use-issue-words.ts";
import { Button } from "#components/ui/button.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { RateControl, Rendition, VideoSpec } from "#lib/media/encode-spec.ts";
import { isAnimation, profilesOf } from "#lib/media/unsupported-options.ts";

type RungFieldsProps = {
  rung: Rendition;
  /** From 0. */
  index: number;
  video: VideoSpec;
  onChange: (rung: Rendition) => void;
  onCopy: () => void;
  /** Why the ladder takes no more; null when it does. */
  full: string | null;
  /** Null for the only rung. */
  onRemove: (() => void) | null;
};

/** One rung of the ladder in a row; on a phone in two columns. What says nothing for its codec is not there. */
export function RungFields({ rung, index, video, onChange, onCopy, full, onRemove }: RungFieldsProps) {
  const t = useTranslations("templates.ladder");
  const words = useIssueWords();
  const { spec, errorOf } = useEditor();
  const number = index + 1;
  const path = `spec.video.renditions.${index}`;
  const { rateControl } = rung;
  const { codec } = video;
  const profiles = profilesOf(codec, video.bitDepth);
  const modeError = rungError(errorOf, path, "rateControl.mode");
  const isCopy = codec === "copy";
  /** What is wrong stays, to be mended. */
  const has = (option: string, applies: boolean) => applies || errorOf(`${path}.${option}`) !== null;
  const hasMode = modeError !== null || !(isCopy || isAnimation(codec));
  const hasProfile = has("profile", profiles.length > 0);
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
      className="grid grid-cols-2 items-start gap-3 border-b border-border p-3 last:border-b-0 @[420px]:grid-cols-4 @[710px]:grid-cols-[72px_68px_68px_minmax(92px,1fr)_88px_88px_88px_auto] @[710px]:gap-2"
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
      {has("width", !isCopy) && (
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
      )}
      {has("height", !isCopy) && (
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
      )}
      {hasMode && (
        <ChoiceField
          id={`${path}.rateControl.mode`}
          label={t("rateControl")}
          value={rateMode(rateControl)}
          isErrorElsewhere
          error={modeError}
          items={(["crf", "vbr", "vbr2", "cbr"] as const).map((value) => {
            const obstacle = findRateObstacle(spec, rung, value);
            return { value, label: t(`modes.${value}`), reason: obstacle && words(obstacle) };
          })}
          onChange={(mode) => onChange({ ...rung, rateControl: withRateMode(rateControl, mode) })}
        />
      )}
      {rateControl.mode === "crf"
        ? has("rateControl.crf", !isCopy && codec !== "gif") && (
            <NumberField
              id={`${path}.rateControl.crf`}
              label={t("crf")}
              value={rateControl.crf}
              isErrorElsewhere
              error={errorOf(`${path}.rateControl.crf`)}
              onChange={(crf = NaN) => setRate({ crf })}
            />
          )
        : has("rateControl.kbps", hasMode) && (
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
      {rateControl.mode !== "cbr" && has("rateControl.maxKbps", hasMode) ? (
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
      ) : (
        <span className="hidden @[710px]:block" />
      )}
      {hasProfile ? (
        <ChoiceField
          id={`${path}.profile`}
          label={t("profile")}
          value={rung.profile ?? "auto"}
          isErrorElsewhere
          error={errorOf(`${path}.profile`)}
          items={(["auto", ...offered(profiles, rung.profile)] as const).map((value) => ({
            value,
            label: value === "auto" ? t("auto") : value,
          }))}
          onChange={(next) => {
            const { profile: _profile, ...rest } = rung;
            onChange(next === "auto" ? rest : { ...rest, profile: next });
          }}
        />
      ) : (
        <span className="hidden @[710px]:block" />
      )}
      <div className="col-start-2 flex justify-end self-end @[420px]:col-start-4 @[710px]:col-start-8 @[710px]:self-start @[710px]:pt-6">
        <Button
          variant="ghost"
          iconOnly
          aria-label={t("duplicate", { number })}
          disabledReason={full}
          onClick={onCopy}
        >
          <Copy size={16} aria-hidden />
        </Button>
        <Button
          variant="ghost"
          iconOnly
          aria-label={t("remove", { number })}
          disabledReason={onRemove === null ? t("onlyRung") : null}
          data-remove
          onClick={(event) => {
            keepFocus(event.currentTarget);
            onRemove?.();
          }}
        >
          <X size={16} aria-hidden />
        </Button>
      </div>
      <RungErrors rung={rung} index={index} onChange={onChange} />
    </li>
  );
}

"use client";

import { useTranslations } from "next-intl";

import { CheckField } from "#components/templates/check-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { EditorSection } from "#components/templates/editor-section.tsx";
import { GroupError } from "#components/templates/group-error.tsx";
import { isEncoded, qualityOf } from "#components/templates/spec-choices.ts";
import { useField } from "#components/templates/use-field.ts";
import { isAnimation } from "#lib/media/unsupported-options.ts";

const METRICS = ["ssim", "psnr"] as const;

/** How the result is compared with its source. */
export function QualitySection() {
  const t = useTranslations("templates.sections");
  const { spec, change, lackOf } = useEditor();
  const field = useField();
  const { quality, video } = spec;
  const set = METRICS.filter((metric) => quality?.[metric] === true);
  const applies = isEncoded(spec) && !isAnimation(video?.codec ?? "");
  if (!applies && set.length === 0) return null;
  return (
    <EditorSection
      id="quality"
      title={t("quality")}
      summary={set.length === 0 ? t("none") : set.map((metric) => metric.toUpperCase()).join(", ")}
      options={/^quality/}
      isOpenAtFirst={set.length > 0}
    >
      <GroupError option="quality" />
      <div className="grid gap-4 @[520px]:grid-cols-2">
        {METRICS.map((metric) => (
          <CheckField
            key={metric}
            {...field(`quality.${metric}`)}
            isChecked={quality?.[metric] === true}
            reason={lackOf({ quality: { ssim: false, psnr: false, [metric]: true } })}
            onChange={(isWanted) => {
              const next = { ssim: false, psnr: false, ...quality, [metric]: isWanted };
              change({ quality: qualityOf(next.ssim, next.psnr) });
            }}
          />
        ))}
      </div>
    </EditorSection>
  );
}

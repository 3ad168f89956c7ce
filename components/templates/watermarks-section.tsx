"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";

import { useEditor } from "#components/templates/editor-context.ts";
import { EditorSection } from "#components/templates/editor-section.tsx";
import { GroupError } from "#components/templates/group-error.tsx";
import { isEncoded } from "#components/templates/spec-choices.ts";
import { WatermarkFields } from "#components/templates/watermark-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import type { Watermark } from "#lib/media/encode-spec.ts";

const MOST_WATERMARKS = 8;
/** A logo in a corner; a line at the bottom. */
const NEW: Record<Watermark["kind"], Watermark> = {
  image: { kind: "image", source: "", position: "top-right", widthPercent: 10, opacity: 1, marginPercent: 2 },
  text: { kind: "text", text: "", position: "bottom", heightPercent: 5, opacity: 1, marginPercent: 2 },
};

/** Images and texts over the picture. */
export function WatermarksSection() {
  const t = useTranslations("templates.sections");
  const tMark = useTranslations("templates.watermarks");
  const { spec, change, lackOf } = useEditor();
  const { watermarks } = spec;
  if (!isEncoded(spec) && watermarks.length === 0) return null;
  const count = watermarks.length;
  return (
    <EditorSection
      id="watermarks"
      title={t("watermarks")}
      summary={count === 0 ? t("none") : tMark("count", { count })}
      options={/^watermarks/}
      isOpenAtFirst={count > 0}
    >
      <GroupError option="watermarks" />
      {count > 0 && (
        <ol className="rounded-lg border border-border">
          {watermarks.map((watermark, index) => (
            <WatermarkFields
              // A watermark has no identity but its place.
              key={index}
              watermark={watermark}
              index={index}
              onChange={(next) =>
                change({ watermarks: watermarks.map((one, at) => (at === index ? next : one)) })
              }
              onRemove={() => change({ watermarks: watermarks.filter((_, at) => at !== index) })}
            />
          ))}
        </ol>
      )}
      <div className="flex flex-wrap gap-2">
        {(["image", "text"] as const).map((kind) => (
          <Button
            key={kind}
            data-add
            disabledReason={
              count >= MOST_WATERMARKS
                ? tMark("full", { count: MOST_WATERMARKS })
                : lackOf({ watermarks: [NEW[kind]] })
            }
            onClick={() => change({ watermarks: [...watermarks, NEW[kind]] })}
          >
            <Plus size={16} aria-hidden />
            {tMark(`add.${kind}`)}
          </Button>
        ))}
      </div>
    </EditorSection>
  );
}

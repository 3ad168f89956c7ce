"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";

import { useEditor } from "#components/templates/editor-context.ts";
import { RungFields } from "#components/templates/rung-fields.tsx";
import { withCopy, withRung } from "#components/templates/template-form.ts";
import { Button } from "#components/ui/button.tsx";
import { FieldError } from "#components/ui/field.tsx";
import type { Rendition, VideoSpec } from "#lib/media/encode-spec.ts";

const MOST_RUNGS = 12;

/** The rungs, the largest first: add, duplicate, change, remove. */
export function LadderSection({ video }: { video: VideoSpec }) {
  const t = useTranslations("templates.ladder");
  const { spec, setSpec, errorOf } = useEditor();
  const { renditions } = video;
  const set = (next: Rendition[]) => setSpec({ ...spec, video: { ...video, renditions: next } });
  const full = renditions.length >= MOST_RUNGS ? t("full", { count: MOST_RUNGS }) : null;
  return (
    <section aria-labelledby="ladder" className="@container min-w-0">
      <div className="mb-2 flex items-center gap-3">
        <h3 id="ladder" className="font-semibold">
          {t("title")}
        </h3>
        <span className="text-subtle">{t("count", { count: renditions.length })}</span>
        <Button className="ms-auto" disabledReason={full} onClick={() => set(withRung(renditions))}>
          <Plus size={16} aria-hidden />
          {t("add")}
        </Button>
      </div>
      <div id="spec.video.renditions" tabIndex={-1} className="outline-none">
        <FieldError id="renditions" error={errorOf("spec.video.renditions")} />
      </div>
      <ol className="mt-2 rounded-lg border border-border">
        {renditions.map((rung, index) => (
          <RungFields
            // A rung has no identity but its place: its fields hold no state of their own beyond what is typed.
            key={index}
            rung={rung}
            index={index}
            video={video}
            onChange={(next) => set(renditions.map((one, at) => (at === index ? next : one)))}
            onCopy={full === null ? () => set(withCopy(renditions, index)) : null}
            onRemove={renditions.length > 1 ? () => set(renditions.filter((_, at) => at !== index)) : null}
          />
        ))}
      </ol>
    </section>
  );
}

"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";

import { useEditor } from "#components/templates/editor-context.ts";
import { GroupError } from "#components/templates/group-error.tsx";
import { RungFields } from "#components/templates/rung-fields.tsx";
import { isSegmented, withCopy, withRung } from "#components/templates/template-form.ts";
import { Button } from "#components/ui/button.tsx";
import type { Rendition, VideoSpec } from "#lib/media/encode-spec.ts";

const MOST_RUNGS = 12;

/** The rungs, the largest first: add, duplicate, change, remove. */
export function LadderSection({ video }: { video: VideoSpec }) {
  const t = useTranslations("templates.ladder");
  const { spec, changeVideo } = useEditor();
  const { renditions } = video;
  const set = (next: Rendition[]) => changeVideo({ renditions: next });
  const full = !isSegmented(spec.container)
    ? t("single")
    : renditions.length >= MOST_RUNGS
      ? t("full", { count: MOST_RUNGS })
      : null;
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
      <GroupError option="video.renditions" />
      <ol className="mt-2 rounded-lg border border-border">
        {renditions.map((rung, index) => (
          <RungFields
            // A rung has no identity but its place: its fields hold no state of their own beyond what is typed.
            key={index}
            rung={rung}
            index={index}
            video={video}
            onChange={(next) => set(renditions.map((one, at) => (at === index ? next : one)))}
            onCopy={() => set(withCopy(renditions, index))}
            full={full}
            onRemove={renditions.length > 1 ? () => set(renditions.filter((_, at) => at !== index)) : null}
          />
        ))}
      </ol>
    </section>
  );
}

"use client";

import { CopyPlus } from "lucide-react";
import { useTranslations } from "next-intl";

import { ProbeCard } from "#components/tasks/create/probe-card.tsx";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import type { SourceView } from "#lib/tasks/view.ts";

/** The file of the task that is duplicated; another input is chosen above. */
export function KeptInput({ kept, sources }: { kept: SourceView; sources: readonly ChosenSource[] }) {
  const t = useTranslations("create.input");
  const figures = useFigures();
  return (
    <>
      <div className="flex items-center gap-3 rounded-lg border border-border bg-sunken px-4 py-3">
        <CopyPlus size={16} aria-hidden className="text-muted" />
        <div className="min-w-0">
          <p className="font-medium break-all">{kept.label}</p>
          <p className="text-xs text-subtle">
            {kept.type === "upload" && t("keptUpload", { size: figures.bytes(kept.sizeBytes) })}
            {kept.type === "object" && t("keptObject", { output: kept.output, path: kept.path })}
          </p>
        </div>
      </div>
      {sources[0] && <ProbeCard source={sources[0]} className="mt-4" />}
    </>
  );
}

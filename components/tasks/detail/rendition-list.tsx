"use client";

import { useTranslations } from "next-intl";

import { codecName } from "#components/tasks/media-facts.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import type { RenditionView } from "#lib/jobs/view.ts";

type RenditionListProps = { renditions: readonly RenditionView[]; isMeasured: boolean; label: string };

/** The variants inside a job: planned, and once published, measured. */
export function RenditionList({ renditions, isMeasured, label }: RenditionListProps) {
  const t = useTranslations("detail.jobs");
  const figures = useFigures();
  return (
    <ul aria-label={label} className="grid gap-1">
      {renditions.map((rendition) => (
        <li
          key={`${rendition.kind}-${rendition.name}`}
          className="flex flex-wrap gap-x-4 text-xs text-subtle"
        >
          <span className="w-20 truncate font-medium text-muted">{rendition.name}</span>
          <span className="w-20">{codecName(rendition.codec)}</span>
          <span className="w-32">
            {rendition.width !== null &&
              rendition.height !== null &&
              `${rendition.width}×${rendition.height}`}
            {rendition.frameRate !== null && ` · ${figures.fps(rendition.frameRate)}`}
          </span>
          {isMeasured && (
            <>
              <span className="w-24">
                {rendition.measuredKbps === null ? "–" : figures.kbps(rendition.measuredKbps)}
              </span>
              <span>{rendition.sizeBytes === null ? "–" : figures.bytes(rendition.sizeBytes)}</span>
            </>
          )}
          {!isMeasured && <span>{t("planned")}</span>}
        </li>
      ))}
    </ul>
  );
}

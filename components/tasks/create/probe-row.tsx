"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useTranslations } from "next-intl";

import { probeQuery } from "#components/tasks/create/probe-query.ts";
import { useProbeWords } from "#components/tasks/create/use-probe-words.ts";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { codecName } from "#components/tasks/media-facts.ts";
import { clock, useFigures } from "#components/tasks/use-figures.ts";
import { Button } from "#components/ui/button.tsx";
import { FailedCircle, ProgressRing } from "#components/ui/icons.tsx";
import { Thumbnail } from "#components/ui/thumbnail.tsx";
import type { MediaInfo } from "#lib/media/media-info.ts";

/** One input of several: its picture, its name, and what the server found in one line. */
export function ProbeRow({ source }: { source: ChosenSource }) {
  const t = useTranslations("create.probe");
  const {
    data: probe,
    error,
    fetchStatus,
    refetch,
  } = useQuery(probeQuery(source.isReadable ? source.source : null));
  const problem = useProbeWords(probe, error);
  const isChecking = fetchStatus === "fetching";
  return (
    <li className="flex min-h-12 items-center gap-3 border-b border-border px-3 py-2 last:border-0">
      <Thumbnail src={probe?.thumbnailUrl ?? null} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={source.key}>
          {source.label}
        </p>
        <p role="status" className="flex items-center gap-1.5 text-xs text-subtle">
          {isChecking ? (
            <>
              <ProgressRing percent={null} size={14} className="flex-none text-running" />
              {t("checking")}
            </>
          ) : problem ? (
            <>
              <FailedCircle size={14} className="flex-none text-failed" />
              <span className="text-failed-fg">
                {problem.title}. {problem.fix}
              </span>
            </>
          ) : probe?.mediaInfo ? (
            <>
              <CircleCheck size={14} aria-hidden className="flex-none text-succeeded" />
              <InfoLine info={probe.mediaInfo} />
            </>
          ) : (
            t(source.isReadable ? "notChecked" : "onArrival")
          )}
        </p>
      </div>
      {problem && !isChecking && (
        <Button size="sm" onClick={() => void refetch()}>
          {t("again")}
        </Button>
      )}
    </li>
  );
}

function InfoLine({ info }: { info: MediaInfo }) {
  const t = useTranslations("create.probe");
  const figures = useFigures();
  const video = info.video[0];
  const parts = [
    info.durationSeconds === null ? null : clock(info.durationSeconds),
    video ? `${video.width}×${video.height} ${codecName(video.codec)}` : t("audioOnly"),
    info.audio[0] ? codecName(info.audio[0].codec) : null,
    figures.bytes(info.sizeBytes),
  ];
  return <>{parts.filter((part) => part !== null).join(" · ")}</>;
}

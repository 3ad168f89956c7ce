"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";

import { probeQuery } from "#components/tasks/create/probe-query.ts";
import { useProbeWords } from "#components/tasks/create/use-probe-words.ts";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { audioFact, frameFact, videoCodecFact } from "#components/tasks/media-facts.ts";
import { clock, useFigures } from "#components/tasks/use-figures.ts";
import { useWarningWords } from "#components/tasks/use-warning-words.ts";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { FailedCircle, ProgressRing } from "#components/ui/icons.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { Thumbnail } from "#components/ui/thumbnail.tsx";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { ProbeView } from "#lib/probes/view.ts";

/** What the server found in a source: facts and a picture, or why it cannot be read. */
export function ProbeCard({ source, className }: { source: ChosenSource; className?: string }) {
  const t = useTranslations("create.probe");
  const client = useQueryClient();
  const query = probeQuery(source.isReadable ? source.source : null);
  const { data: probe, error, fetchStatus, refetch } = useQuery(query);
  const problem = useProbeWords(probe, error);
  if (!source.isReadable) return null;

  const box = cn("rounded-lg border border-border bg-sunken", className);
  if (fetchStatus === "fetching")
    return (
      <div className={cn(box, "flex items-center gap-3 p-4")}>
        <ProgressRing percent={null} className="flex-none text-running" />
        <p role="status" className="min-w-0 flex-1">
          <span className="font-medium">{t("checking")}</span>{" "}
          <span className="break-all text-subtle">{source.label}</span>
        </p>
        <Button
          size="sm"
          variant="ghost"
          onClick={() => void client.cancelQueries({ queryKey: query.queryKey })}
        >
          {t("stop")}
        </Button>
      </div>
    );
  if (problem)
    return (
      <div role="alert" className={cn("rounded-lg border border-failed-line bg-failed-soft p-4", className)}>
        <div className="flex gap-3">
          <FailedCircle className="mt-0.5 flex-none text-failed" />
          <div className="min-w-0 flex-1">
            <p className="font-semibold break-words">
              {problem.title}
              {probe?.failure && (
                <code className="ms-2 font-mono text-xs font-normal text-failed-fg">
                  {probe.failure.code}
                </code>
              )}
            </p>
            <p className="mt-1 break-words text-muted">{problem.why}</p>
            <p className="break-words text-muted">{problem.fix}</p>
          </div>
          <Button size="sm" onClick={() => void refetch()}>
            {t("again")}
          </Button>
        </div>
      </div>
    );
  if (!probe?.mediaInfo) return null;
  return <ReadableCard info={probe.mediaInfo} probe={probe} className={box} />;
}

function ReadableCard({ info, probe, className }: { info: MediaInfo; probe: ProbeView; className: string }) {
  const t = useTranslations("create.probe");
  const figures = useFigures();
  const words = useWarningWords();
  const video = info.video[0];
  const size = figures.bytes(info.sizeBytes);
  const facts: [string, string][] = [
    ...(video
      ? ([
          [t("video"), videoCodecFact(video)],
          [t("frame"), frameFact(video)],
        ] as [string, string][])
      : ([[t("video"), t("none")]] as [string, string][])),
    [t("size"), info.bitRate === null ? size : `${size} · ${figures.bitRate(info.bitRate)}`],
    ...(info.audio.length === 0
      ? ([[t("audio"), t("none")]] as [string, string][])
      : info.audio.map((audio, index): [string, string] => [
          info.audio.length === 1 ? t("audio") : t("audioNumber", { number: index + 1 }),
          audioFact(audio),
        ])),
    [
      t("subtitles"),
      info.subtitles.length === 0
        ? t("none")
        : info.subtitles.map((one) => one.language ?? one.codec).join(", "),
    ],
    [t("container"), info.container],
  ];
  return (
    <div className={className}>
      <div className="flex gap-4 p-4 max-md:flex-col">
        {video && (
          <div className="relative h-[100px] w-[176px] flex-none max-md:h-44 max-md:w-full">
            <Thumbnail src={probe.thumbnailUrl} className="size-full rounded-md" />
            {info.durationSeconds !== null && (
              <span className="absolute end-1.5 bottom-1.5 rounded-sm bg-media-scrim px-1 text-xs font-medium text-on-media">
                {clock(info.durationSeconds)}
              </span>
            )}
          </div>
        )}
        <div className="min-w-0 flex-1">
          <div className="flex items-center gap-2">
            <CircleCheck size={16} aria-hidden className="text-succeeded" />
            <p role="status" className="font-medium">
              {t("readable")}
            </p>
            {!video && info.durationSeconds !== null && (
              <span className="text-xs text-subtle">{clock(info.durationSeconds)}</span>
            )}
            {video?.hdr && (
              <Tag tone="warning" className="ms-auto">
                {video.hdr}
              </Tag>
            )}
          </div>
          <dl className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2 md:grid-cols-3">
            {facts.map(([name, value]) => (
              <div key={name} className="min-w-0">
                <dt className="text-xs text-subtle">{name}</dt>
                <dd className="truncate font-medium" title={value}>
                  {value}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      </div>
      {probe.warnings.length > 0 && (
        <ul className="grid gap-1 border-t border-border px-4 py-3 text-partial-fg">
          {[...new Set(probe.warnings.map(words))].map((sentence) => (
            <li key={sentence} className="flex gap-2">
              <TriangleAlert size={16} aria-hidden className="mt-0.5" />
              <span className="min-w-0">{sentence}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

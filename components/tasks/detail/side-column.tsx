"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";
import { Fragment } from "react";

import { audioFact, frameFact, videoCodecFact } from "#components/tasks/media-facts.ts";
import { useFigures } from "#components/tasks/use-figures.ts";
import { Card, CardHeader, Fact, Facts } from "#components/ui/card.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { MediaInfo } from "#lib/media/media-info.ts";
import type { TaskView } from "#lib/tasks/view.ts";

/** What came in, and what was asked for. */
export function SideColumn({ task }: { task: TaskView }) {
  const t = useTranslations("detail.side");
  return (
    <aside
      aria-label={t("label")}
      className="grid flex-none grid-cols-[minmax(0,1fr)] content-start gap-4 lg:w-[296px]"
    >
      <Card>
        <CardHeader>{t("input")}</CardHeader>
        <Facts>
          <Fact name={t("file")}>{task.source.label}</Fact>
          <Fact name={t("source")}>
            <SourceWords task={task} />
          </Fact>
          {task.mediaInfo !== null && <MediaFacts info={task.mediaInfo} />}
        </Facts>
      </Card>
      <RequestCard task={task} />
    </aside>
  );
}

function SourceWords({ task }: { task: TaskView }) {
  const t = useTranslations("detail.side.sources");
  const { source } = task;
  switch (source.type) {
    case "url":
      return (
        <a
          href={source.url}
          title={source.url}
          target="_blank"
          rel="noreferrer noopener"
          className="font-medium text-accent-fg hover:underline"
        >
          {URL.canParse(source.url) ? new URL(source.url).host : source.url}
        </a>
      );
    case "upload":
      return t("upload");
    case "sample":
      return t("sample");
    case "object":
      return t("object", { output: source.output });
  }
}

function MediaFacts({ info }: { info: MediaInfo }) {
  const t = useTranslations("detail.side");
  const figures = useFigures();
  const video = info.video[0];
  return (
    <>
      <Fact name={t("container")}>{info.container}</Fact>
      {video && (
        <>
          <Fact name={t("video")}>{videoCodecFact(video)}</Fact>
          <Fact name={t("frame")}>{frameFact(video)}</Fact>
          <Fact name={t("range")}>{video.hdr ?? "SDR"}</Fact>
        </>
      )}
      <Fact name={t("audio")}>
        {info.audio.length === 0
          ? t("none")
          : info.audio.map((audio) => <div key={audio.index}>{audioFact(audio)}</div>)}
      </Fact>
      {info.durationSeconds !== null && (
        <Fact name={t("length")}>{figures.duration(info.durationSeconds)}</Fact>
      )}
      <Fact name={t("size")}>{figures.bytes(info.sizeBytes)}</Fact>
    </>
  );
}

function RequestCard({ task }: { task: TaskView }) {
  const t = useTranslations("detail.side");
  return (
    <Card>
      <CardHeader>{t("request")}</CardHeader>
      <Facts>
        <Fact name={t("template")}>
          {task.jobs.map((job) => (
            <div key={job.id} className="break-all">
              {job.template.name} <span className="text-subtle">v{job.template.version}</span>
            </div>
          ))}
        </Fact>
        <Fact name={t("output")}>
          <Link
            href={`/outputs/${task.output.id}`}
            className="text-accent-fg underline-offset-3 hover:underline"
          >
            {task.output.name}
          </Link>
        </Fact>
        <Fact name={t("path")}>
          {task.jobs.map((job) => (
            <div key={job.id} className="font-mono text-xs/5 tracking-[-0.01em] break-words">
              <BreakablePath path={job.primaryPath} />
            </div>
          ))}
        </Fact>
        <Fact name={t("priority")}>{task.priority}</Fact>
        {task.tags.length > 0 && (
          <Fact name={t("tags")}>
            <span className="flex flex-wrap gap-1">
              {task.tags.map((tag) => (
                <Tag key={tag}>{tag}</Tag>
              ))}
            </span>
          </Fact>
        )}
        {task.userData !== null && (
          <Fact name={t("userData")}>
            <span className="font-mono text-xs/5 break-all">{task.userData}</span>
          </Fact>
        )}
      </Facts>
    </Card>
  );
}

/** A path that breaks after its "/" and "_" before it breaks inside a word. */
function BreakablePath({ path }: { path: string }) {
  return path.split(/(?<=[/_])/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

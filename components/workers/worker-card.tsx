"use client";

import { CircleCheck, CirclePause, CloudOff, Hourglass } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import Link from "next/link";
import { useId, type ReactNode } from "react";

import { readSandboxReason } from "#components/workers/sandbox-reason.ts";
import { WorkerActions } from "#components/workers/worker-actions.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { Chip } from "#components/ui/chip.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { Role } from "#lib/context.ts";
import type { WorkerState, WorkerView } from "#lib/workers/view.ts";

const STATES = {
  online: { tone: "succeeded", Icon: CircleCheck },
  draining: { tone: "queued", Icon: Hourglass },
  paused: { tone: "partial", Icon: CirclePause },
  offline: { tone: "failed", Icon: CloudOff },
} as const satisfies Record<WorkerState, object>;

/** One worker: its state, what it runs, what it is made of. */
export function WorkerCard({ worker, role }: { worker: WorkerView; role: Role }) {
  const t = useTranslations("workers.facts");
  const id = useId();
  const foreign = worker.running - worker.tasks.length;
  return (
    <Card aria-labelledby={id}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-border px-4 py-2.5">
        <h2 id={id} className="min-w-0 text-md font-semibold break-all">
          {worker.name}
        </h2>
        <StateChip worker={worker} />
        <div className="ms-auto">
          <WorkerActions worker={worker} role={role} />
        </div>
        <Explanation worker={worker} />
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 px-4 py-4 lg:grid-cols-4">
        <Item name={t("slots")}>
          {t("slotsUsed", { used: worker.running + worker.chunks, slots: worker.slots })}
        </Item>
        <Item name={t("tasks")}>
          {worker.tasks.map((task) => (
            <Link
              key={task.id}
              href={`/tasks/${task.id}`}
              title={task.name}
              className="block w-fit max-w-full truncate font-medium text-accent-fg underline-offset-3 hover:underline"
            >
              {task.name}
            </Link>
          ))}
          {foreign > 0 && <span className="block text-muted">{t("foreign", { count: foreign })}</span>}
          {worker.chunks > 0 && (
            <span className="block text-muted">{t("chunks", { count: worker.chunks })}</span>
          )}
          {worker.running + worker.chunks === 0 && <span className="text-muted">{t("noTasks")}</span>}
        </Item>
        <Item name={t("heartbeat")}>
          <RelativeTime iso={worker.heartbeatAt} focusable />
        </Item>
        <Item name={t("started")}>
          <RelativeTime iso={worker.startedAt} focusable />
        </Item>
        <Item name={t("version")}>
          <span className="font-mono text-xs/5">{worker.version}</span>
        </Item>
        <Item name={t("ffmpeg")}>
          <span className="font-mono text-xs/5 break-all">{worker.ffmpegVersion || t("unknown")}</span>
        </Item>
        <Item name={t("sandbox")} isWide>
          <SandboxWords worker={worker} />
        </Item>
        <Item name={t("encoders")} isWide>
          {worker.encoders.length === 0 ? (
            t("unknown")
          ) : (
            <span className="flex flex-wrap gap-1">
              {worker.encoders.map((name) => (
                <Tag key={name} className="font-mono">
                  {name}
                </Tag>
              ))}
            </span>
          )}
        </Item>
      </dl>
    </Card>
  );
}

type ItemProps = {
  name: ReactNode;
  children: ReactNode;
  /** Takes the whole width of a phone. */
  isWide?: boolean;
};

function Item({ name, children, isWide = false }: ItemProps) {
  return (
    <div className={cn("min-w-0", isWide && "max-sm:col-span-2")}>
      <dt className="text-xs text-subtle">{name}</dt>
      <dd className="mt-0.5 min-w-0">{children}</dd>
    </div>
  );
}

function StateChip({ worker }: { worker: WorkerView }) {
  const t = useTranslations("workers.state");
  const format = useFormatter();
  const { tone, Icon } = STATES[worker.state];
  return (
    <Chip tone={tone}>
      <Icon size={14} aria-hidden />
      {worker.state === "offline"
        ? t("offlineSince", {
            time: format.dateTime(new Date(worker.heartbeatAt), { dateStyle: "medium", timeStyle: "short" }),
          })
        : t(worker.state)}
    </Chip>
  );
}

/** What the state means for the tasks; nothing to say of one that works. */
function Explanation({ worker }: { worker: WorkerView }) {
  const t = useTranslations("workers.explain");
  if (worker.state === "online") return null;
  const key =
    worker.state !== "draining"
      ? worker.state
      : worker.drainRequestedAt === null
        ? "stopping"
        : worker.running + worker.chunks === 0
          ? "drained"
          : "draining";
  return <p className="w-full text-muted">{t(key)}</p>;
}

/** The tier in the reader's words; the worker's own sentence says why it is this one. */
function SandboxWords({ worker }: { worker: WorkerView }) {
  const t = useTranslations("workers");
  const tier = worker.sandboxTier;
  const isKnown = tier === "A" || tier === "C" || tier === "D";
  return (
    <>
      <span className="flex flex-wrap items-center gap-x-2">
        <Tag tone={tier === "A" ? "neutral" : "warning"}>{t("facts.tier", { tier })}</Tag>
        {isKnown && <span>{t(`tier.${tier}`)}</span>}
      </span>
      <SandboxReasonWords sentence={worker.sandboxReason} />
    </>
  );
}

function SandboxReasonWords({ sentence }: { sentence: string }) {
  const t = useTranslations("workers.reason");
  const reason = readSandboxReason(sentence);
  const className = "mt-1 block text-xs wrap-anywhere text-subtle";
  if (sentence === "") return null;
  if (reason === null)
    return (
      <span lang="en" className={className}>
        {sentence}
      </span>
    );
  if (reason.key === "bwrap") return <span className={className}>{t("bwrap", reason)}</span>;
  if (reason.key === "off") return <span className={className}>{t("off")}</span>;
  const { why } = reason;
  return (
    <span className={className}>
      {t(reason.key, { why: why.key === "other" ? "" : t(`why.${why.key}`) })}
      {why.rest !== "" && <span lang="en"> ({why.rest})</span>}
    </span>
  );
}

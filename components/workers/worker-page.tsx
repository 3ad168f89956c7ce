"use client";

import { useQuery } from "@tanstack/react-query";
import { ServerOff } from "lucide-react";
import { useTranslations } from "next-intl";

import { WorkerCard } from "#components/workers/worker-card.tsx";
import { workersQuery } from "#components/workers/workers-query.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Role } from "#lib/context.ts";

/** Heartbeats come every 5 s. */
const REFRESH_MILLISECONDS = 5000;

/** Who runs the tasks, how they stand, and what can be done with them. */
export function WorkerPage({ role }: { role: Role }) {
  const t = useTranslations("workers");
  const { data, error, refetch } = useQuery({ ...workersQuery(), refetchInterval: REFRESH_MILLISECONDS });
  const workers = data?.items ?? [];
  const alive = workers.filter(({ state }) => state !== "offline");
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return (
    <div className="mx-auto w-full max-w-page px-4 pt-3 pb-12 lg:px-6 lg:pt-4">
      <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
        <h1 className="text-lg font-semibold">{t("title")}</h1>
        {workers.length > 0 && (
          <p className="text-xs text-subtle">
            {t("total", {
              online: alive.length,
              total: workers.length,
              used: sum(alive.map(({ running, chunks }) => running + chunks)),
              slots: sum(alive.map(({ slots }) => slots)),
            })}
          </p>
        )}
      </div>
      <p className="mt-1 text-muted">{t("intro")}</p>
      {error && (
        <Banner
          tone={data ? "partial" : "failed"}
          role="alert"
          className="mt-4"
          action={
            <Button size="sm" onClick={() => void refetch()}>
              {t("error.retry")}
            </Button>
          }
        >
          {t("error.stale")}
        </Banner>
      )}
      {data && workers.length === 0 && (
        <EmptyState icon={<ServerOff size={20} aria-hidden />} title={t("empty.title")}>
          <p>{t("empty.body")}</p>
          <CodeBlock
            text="npm run worker"
            label={t("empty.command")}
            className="mt-3 min-w-72 text-start text-fg"
          />
        </EmptyState>
      )}
      <ul aria-label={t("label")} className="mt-4 grid gap-4">
        {workers.map((worker) => (
          <li key={worker.id}>
            <WorkerCard worker={worker} role={role} />
          </li>
        ))}
      </ul>
    </div>
  );
}

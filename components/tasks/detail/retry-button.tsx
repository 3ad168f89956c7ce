"use client";

import { RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";

import type { Retry } from "#components/tasks/detail/use-retry.ts";
import { Button, type ButtonProps } from "#components/ui/button.tsx";

type RetryButtonProps = Pick<ButtonProps, "variant" | "size" | "className"> & {
  retry: Retry;
  /** One job; without it, all that can be run again. */
  job?: { id: string; template: { name: string } } | undefined;
};

/** Runs jobs again. Nothing while nothing can be. */
export function RetryButton({ retry, job, ...look }: RetryButtonProps) {
  const t = useTranslations("detail.retry");
  if (retry.choice === null) return null;
  return (
    <Button
      {...look}
      disabledReason={retry.blocked}
      pending={retry.isPending}
      aria-label={job && t("jobNamed", { job: job.template.name })}
      onClick={() => retry.run(job?.id)}
    >
      <RotateCcw size={16} aria-hidden />
      {t(job === undefined ? retry.choice.what : "job")}
    </Button>
  );
}

"use client";

import { Minus, PlugZap } from "lucide-react";
import { useTranslations } from "next-intl";

import { useTestWords } from "#components/outputs/use-test-words.ts";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StatusIcon } from "#components/ui/status-icon.tsx";
import type { OutputTest, TestStep } from "#lib/outputs/view.ts";

type TestPanelProps = {
  test: OutputTest | null;
  isLocal: boolean;
  isRunning: boolean;
  /** The settings are not those that were tested. */
  isOld: boolean;
  /** Null where nobody may test. */
  onTest: (() => void) | null;
};

/** The connection, step by step. */
export function TestPanel({ test, isLocal, isRunning, isOld, onTest }: TestPanelProps) {
  const t = useTranslations("outputs.test");
  const words = useTestWords(isLocal);
  const failed = test?.steps.find(({ ok, skipped }) => !ok && !skipped);
  const took = test?.steps.reduce((sum, { ms }) => sum + ms, 0) ?? 0;
  return (
    <section aria-label={t("label")} className="overflow-hidden rounded-lg border border-border bg-sunken">
      <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
        {onTest && (
          <Button size="sm" className="max-md:h-10" pending={isRunning} onClick={onTest}>
            <PlugZap size={16} aria-hidden />
            {isRunning ? t("running") : t("run")}
          </Button>
        )}
        <p className="ms-auto text-xs text-subtle max-md:ms-0">
          {test === null ? (
            t("idle")
          ) : (
            <>
              {t("tested")} <RelativeTime iso={test.at} /> · {t("took", { ms: took })}
            </>
          )}
        </p>
      </div>
      <div role="status">
        {test && isOld && (
          <p className="border-t border-border px-4 py-2 text-xs text-muted">{t("changed")}</p>
        )}
        {test && (
          <ul className="flex flex-wrap gap-x-5 gap-y-2 border-t border-border px-4 py-3">
            {test.steps.map((step) => (
              <Step key={step.step} step={step} label={words.step(step.step)} />
            ))}
          </ul>
        )}
        {failed && (
          <div
            className={cn(
              "border-t px-4 py-3",
              test?.outcome === "cleanup"
                ? "border-partial-line bg-partial-soft"
                : "border-failed-line bg-failed-soft",
            )}
          >
            <p className="wrap-anywhere">
              <b className="font-medium">{words.failed(failed)}</b>{" "}
              <span className="text-muted">{words.fix(failed)}</span>
            </p>
            {failed.detail && (
              <p className="mt-1 font-mono text-xs tracking-[-0.01em] wrap-anywhere text-muted">
                {failed.detail}
              </p>
            )}
          </div>
        )}
      </div>
    </section>
  );
}

function Step({ step, label }: { step: TestStep; label: string }) {
  const t = useTranslations("outputs.test");
  const isFailed = !step.ok && !step.skipped;
  return (
    <li
      className={cn(
        "flex items-center gap-2",
        step.skipped && "text-subtle",
        isFailed && "font-medium text-failed-fg",
      )}
    >
      {step.skipped ? (
        <Minus size={16} aria-hidden className="text-subtle" />
      ) : (
        <StatusIcon status={step.ok ? "succeeded" : "failed"} />
      )}
      {label}
      {step.skipped && <span className="sr-only">{t("stepSkipped")}</span>}
      {isFailed && <span className="sr-only">{t("stepFailed")}</span>}
    </li>
  );
}

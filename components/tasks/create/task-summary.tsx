"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import type { SummaryFacts } from "#components/tasks/create/use-summary.ts";
import { Button } from "#components/ui/button.tsx";
import { FailedCircle } from "#components/ui/icons.tsx";

export type ConfirmProps = {
  isPending: boolean;
  disabledReason: string | null;
  errors: readonly SummaryError[];
};
export type SummaryError = { field: string; message: string };

export type SummaryProps = { facts: SummaryFacts; confirm: ConfirmProps; preflight: ReactNode };

/** Room for all that is found out about one job: its input's length, the sizes, a warning, what will be made. */
const ROOM_REM = 30;
const ROOM_FOR_ANOTHER_REM = 3.75;

/**
 * What will be made, beside the form; it stays in view. What is found out meanwhile comes above Confirm, in room that is
 * kept for it: a button that moves as it is pressed is not pressed.
 */
export function TaskSummary({ facts, confirm, preflight }: SummaryProps) {
  const t = useTranslations("create.summary");
  const room = ROOM_REM + Math.max(0, facts.templateCount - 1) * ROOM_FOR_ANOTHER_REM;
  return (
    <aside aria-labelledby="summary" className="w-[312px] flex-none self-stretch pt-6 max-lg:hidden">
      <div
        className="sticky top-[72px] flex max-h-[calc(100dvh-88px)] flex-col overflow-y-auto rounded-xl border border-border bg-raised shadow-2"
        style={{ minHeight: `min(${room}rem, calc(100dvh - 88px))` }}
      >
        <h2 id="summary" className="px-5 pt-4 text-md font-semibold">
          {t("title")}
        </h2>
        <SummaryBody facts={facts} />
        {preflight}
        <div className="mt-auto" />
        <SummaryErrors errors={confirm.errors} />
        <div className="sticky bottom-0 grid flex-none bg-raised px-5 pt-2 pb-5">
          <ConfirmButton confirm={confirm} hasShortcut />
        </div>
      </div>
    </aside>
  );
}

/** The lines of the summary, in the card and in the phone's sheet. */
export function SummaryBody({ facts }: { facts: SummaryFacts }) {
  const t = useTranslations("create.summary");
  return (
    <>
      <dl className="px-5 py-2">
        <Line name={t("input")} value={facts.input} detail={facts.inputDetail} />
        <Line name={t("template")} value={facts.templates} detail={facts.templateDetail} />
        <Line name={t("output")} value={facts.output} detail={facts.outputDetail} />
      </dl>
      {(facts.size !== null || facts.queue !== null) && (
        <div className="grid auto-cols-fr grid-flow-col divide-x divide-border border-y border-border">
          {facts.size !== null && <Metric name={t("size")} value={facts.size} />}
          {facts.queue !== null && <Metric name={t("queue")} value={facts.queue} />}
        </div>
      )}
      {facts.warnings.length > 0 && (
        <ul className="grid gap-2 px-5 pt-3">
          {facts.warnings.map((warning) => (
            <li key={warning} className="flex gap-2 text-partial-fg">
              <TriangleAlert size={16} aria-hidden className="mt-0.5" />
              <span className="min-w-0">{warning}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="h-3" />
    </>
  );
}

function Line({ name, value, detail }: { name: ReactNode; value: string | null; detail: string | null }) {
  const t = useTranslations("create.summary");
  return (
    <div className="flex gap-3 py-1.5">
      <dt className="w-20 flex-none text-subtle">{name}</dt>
      <dd className="min-w-0 flex-1 text-right">
        <span className={value === null ? "text-subtle" : "font-medium break-words"}>
          {value ?? t("notYet")}
        </span>
        {detail !== null && <span className="block text-xs break-words text-subtle">{detail}</span>}
      </dd>
    </div>
  );
}

function Metric({ name, value }: { name: string; value: string }) {
  return (
    <div className="px-5 py-3">
      <p className="text-xs text-subtle">{name}</p>
      <p className="text-lg font-semibold">{value}</p>
    </div>
  );
}

/** What stops the form, each a link to its field. */
export function SummaryErrors({ errors }: { errors: readonly SummaryError[] }) {
  const t = useTranslations("create.summary");
  if (errors.length === 0) return null;
  return (
    <div
      role="alert"
      className="mx-5 mb-3 flex gap-2 rounded-lg border border-failed-line bg-failed-soft p-3"
    >
      <FailedCircle className="mt-0.5 flex-none text-failed" />
      <div className="min-w-0">
        <p className="font-medium">{t("toFix", { count: errors.length })}</p>
        <ul>
          {errors.map(({ field, message }) => (
            <li key={`${field}${message}`} className="break-words">
              {field === "" ? (
                message
              ) : (
                <a
                  href={`#${field}`}
                  className="text-failed-fg underline underline-offset-3"
                  onClick={(event) => {
                    event.preventDefault();
                    focusField(field);
                  }}
                >
                  {message}
                </a>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** The one primary button of the page. */
export function ConfirmButton({
  confirm,
  hasShortcut = false,
}: {
  confirm: ConfirmProps;
  hasShortcut?: boolean;
}) {
  const t = useTranslations("create.summary");
  return (
    <Button
      type="submit"
      variant="primary"
      size="lg"
      pending={confirm.isPending}
      disabledReason={confirm.disabledReason}
    >
      {confirm.isPending ? t("creating") : t("confirm")}
      {hasShortcut && !confirm.isPending && (
        <span aria-hidden className="ms-1 flex gap-1 font-mono text-xs">
          <kbd className="rounded-sm bg-media-scrim/25 px-1 text-[11px]">Ctrl</kbd>
          <kbd className="rounded-sm bg-media-scrim/25 px-1 text-[11px]">⏎</kbd>
        </span>
      )}
    </Button>
  );
}

/** The field itself, or the first control in the part of the form that bears its name. */
function focusField(field: string): void {
  const target = document.getElementById(field) ?? document.getElementById(`${field}-label`);
  const isControl = target?.matches("input, textarea, button") ?? false;
  const control = isControl
    ? target
    : target?.closest("section, div.min-w-0")?.querySelector<HTMLElement>("input, textarea, button");
  (control ?? target)?.focus();
}

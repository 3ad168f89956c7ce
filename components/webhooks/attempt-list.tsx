"use client";

import { useTranslations } from "next-intl";

import { CodeBlock } from "#components/ui/code-block.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StatusIcon } from "#components/ui/status-icon.tsx";
import { useLatencyWords, useOutcomeWords } from "#components/webhooks/delivery-state.tsx";
import type { Role } from "#lib/context.ts";
import type { AttemptView } from "#lib/webhooks/view.ts";

/** The requests of one delivery, the newest first, with what came back; answers are for admins. */
export function AttemptList({ attempts, role }: { attempts: readonly AttemptView[]; role: Role }) {
  const t = useTranslations("webhooks.sheet");
  const latency = useLatencyWords();
  const outcome = useOutcomeWords();
  const problem = useTranslations("webhooks.problem");
  if (attempts.length === 0) return <p className="text-muted">{t("noAttempts")}</p>;
  return (
    <>
      {role !== "admin" && <p className="text-xs text-subtle">{t("answersHidden")}</p>}
      <ol className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {attempts.map((attempt) => (
          <li key={attempt.number} className="grid grid-cols-[minmax(0,1fr)] gap-2">
            <p className="flex flex-wrap items-center gap-x-2">
              <StatusIcon status={attempt.error === null ? "succeeded" : "failed"} />
              <span className="font-medium">{t("attempt", { number: attempt.number })}</span>
              <span>
                {attempt.error === null || attempt.status === null
                  ? outcome(attempt)
                  : `${attempt.status}, ${problem(attempt.error)}`}
              </span>
              <span className="text-subtle">{latency(attempt.latencyMs)}</span>
              <RelativeTime iso={attempt.at} className="ms-auto text-xs text-subtle" />
            </p>
            {attempt.response !== null && attempt.response !== "" && (
              <CodeBlock text={attempt.response} label={t("response", { number: attempt.number })} isShort />
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

"use client";

import { Copy, ScrollText } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, type ReactNode } from "react";

import { useFailureWords } from "#components/tasks/use-failure-words.ts";
import type { FailureLink } from "#components/tasks/failure-links.ts";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { copyText } from "#components/ui/copy-text.ts";
import { FailedCircle } from "#components/ui/icons.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { FailureView } from "#lib/jobs/view.ts";

type FailureBoxProps = {
  failure: FailureView;
  /** The job's template, when only some of the task's jobs failed. */
  jobName: string | null;
  taskId: string;
  onOpenLog: () => void;
  /** What can be done about it here, before the log. */
  action?: ReactNode;
  /** And on other pages. */
  links: readonly { link: FailureLink; href: string }[];
};

/** Why something failed, what to do about it, and what the tool or the server said. */
export function FailureBox({ failure, jobName, taskId, onOpenLog, action, links }: FailureBoxProps) {
  const t = useTranslations("detail.failure");
  const words = useFailureWords()(failure);
  const id = useId();
  const title = jobName === null ? words.title : t("ofJob", { job: jobName, title: words.title });

  async function copyDetails() {
    const details = [title, failure.code, words.why, words.fix, taskId, ...failure.evidence].join("\n");
    const isCopied = await copyText(details);
    toast.add({ type: isCopied ? "succeeded" : "failed", title: t(isCopied ? "copied" : "notCopied") });
  }

  return (
    <section aria-labelledby={id} className="rounded-lg border border-failed-line bg-failed-soft">
      <div className="flex gap-3 p-4 md:p-5">
        <FailedCircle size={20} className="mt-0.5 flex-none text-failed" />
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 id={id} className="min-w-0 text-md font-semibold break-words">
              {title}
            </h2>
            <code className="inline-flex h-5 items-center rounded-sm px-1.5 font-mono text-xs text-failed-fg shadow-[inset_0_0_0_1px_var(--failed-line)]">
              {failure.code}
            </code>
          </div>
          <dl className="mt-2 grid grid-cols-[minmax(40px,auto)_1fr] gap-x-2 gap-y-1">
            <dt className="font-medium">{t("why")}</dt>
            <dd className="min-w-0 break-words text-muted">{words.why}</dd>
            <dt className="font-medium">{t("fix")}</dt>
            <dd className="min-w-0 break-words text-muted">{words.fix}</dd>
          </dl>
          {failure.evidence.length > 0 && (
            <pre
              tabIndex={0}
              role="region"
              aria-label={t("evidence")}
              className="mt-3 overflow-x-auto rounded-md max-md:break-words max-md:whitespace-pre-wrap border border-failed-line bg-surface px-3 py-2 font-mono text-xs/5 tracking-[-0.01em]"
            >
              {failure.evidence.join("\n")}
            </pre>
          )}
        </div>
      </div>
      <div className="flex flex-wrap gap-2 border-t border-failed-line px-4 py-3 md:ps-[52px] md:pe-5">
        {action}
        {links.map(({ link, href }) => (
          <ButtonLink key={link} href={href} size="sm" className="max-md:h-10">
            {t(`links.${link}`)}
          </ButtonLink>
        ))}
        <Button size="sm" className="max-md:h-10" onClick={onOpenLog}>
          <ScrollText size={16} aria-hidden />
          {t("openLog")}
        </Button>
        <Button size="sm" variant="ghost" className="max-md:h-10" onClick={() => void copyDetails()}>
          <Copy size={16} aria-hidden />
          {t("copy")}
        </Button>
      </div>
    </section>
  );
}

/** The failures of a task that a person should read: each job's own, or the task's when no job has one. */
export function taskFailures(task: {
  failure: FailureView | null;
  jobs: readonly { id: string; failure: FailureView | null; template: { name: string } }[];
}): { id: string; failure: FailureView; jobName: string | null }[] {
  const ofJobs = task.jobs.flatMap(({ id, failure, template }) =>
    failure ? [{ id, failure, jobName: template.name }] : [],
  );
  const first = ofJobs[0];
  if (!first) return task.failure ? [{ id: "task", failure: task.failure, jobName: null }] : [];
  // One cause for all of them (the source, say) is told once, without a job's name.
  const isOne = ofJobs.every(
    ({ failure }) => failure.code === first.failure.code && sameParams(failure, first.failure),
  );
  return isOne && ofJobs.length === task.jobs.length ? [{ ...first, jobName: null }] : ofJobs;
}

function sameParams(a: FailureView, b: FailureView): boolean {
  return JSON.stringify(a.params) === JSON.stringify(b.params);
}

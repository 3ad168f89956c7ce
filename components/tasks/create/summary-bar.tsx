"use client";

import { ChevronUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import {
  ConfirmButton,
  SummaryBody,
  SummaryErrors,
  type SummaryProps,
} from "#components/tasks/create/task-summary.tsx";
import { Sheet } from "#components/ui/sheet.tsx";

/** The summary on narrow screens: a bar at the bottom, whole on demand. */
export function SummaryBar({ facts, confirm, preflight }: SummaryProps) {
  const t = useTranslations("create.summary");
  const [isOpen, setIsOpen] = useState(false);
  const second = [facts.output, facts.size].filter((part) => part !== null).join(" · ");
  return (
    <div className="fixed inset-x-0 bottom-0 z-30 border-t border-border bg-raised shadow-3 lg:hidden">
      <div className="pt-2 empty:hidden">
        {confirm.errors.length > 0 && <SummaryErrors errors={confirm.errors} />}
      </div>
      <div className="flex items-center gap-3 px-4 pt-1 pb-4">
        <button
          type="button"
          aria-haspopup="dialog"
          aria-label={t("open")}
          onClick={() => setIsOpen(true)}
          className="min-w-0 flex-1 rounded-sm text-start"
        >
          <span className="block truncate font-medium">
            {facts.input ?? t("noInput")} → {facts.templates ?? t("noTemplate")}
          </span>
          <span className="flex items-center gap-1.5 text-xs text-subtle">
            <span className="truncate">{second === "" ? t("noOutput") : second}</span>
            <ChevronUp size={14} aria-hidden />
          </span>
        </button>
        <ConfirmButton confirm={confirm} />
      </div>
      <Sheet open={isOpen} onOpenChange={setIsOpen} title={t("title")} side="bottom">
        <SummaryBody facts={facts} />
        {preflight}
      </Sheet>
    </div>
  );
}

"use client";

import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";

/** The way back to the list. */
export function BackToTasks() {
  const t = useTranslations("detail");
  return (
    <Link href="/tasks" className="inline-flex h-6 items-center gap-1 text-xs text-subtle hover:text-fg">
      <ChevronLeft size={14} aria-hidden />
      {t("backToTasks")}
    </Link>
  );
}

"use client";

import { ChevronLeft } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { useRouter } from "next/navigation";

import { OutputMenu } from "#components/outputs/output-menu.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { OutputDetail } from "#lib/outputs/view.ts";

/** Which Output it is. `output`: null while it is new. */
export function OutputHeader({ output, isAdmin }: { output: OutputDetail | null; isAdmin: boolean }) {
  const t = useTranslations("outputs");
  const router = useRouter();
  return (
    <div className="px-4 pt-4 lg:px-6 lg:pt-5">
      <Link href="/outputs" className="inline-flex h-6 items-center gap-1 text-xs text-subtle hover:text-fg">
        <ChevronLeft size={14} aria-hidden />
        {t("title")}
      </Link>
      {/* As wide as the form and what stands beside it. */}
      <div className="flex min-h-8 max-w-[1048px] items-center gap-3">
        <h1 className="min-w-0 text-lg font-semibold wrap-anywhere">{output?.name ?? t("new")}</h1>
        {output && (
          <>
            <Tag>{t(`provider.${output.provider}`)}</Tag>
            {output.archivedAt !== null && <Tag tone="warning">{t("archived")}</Tag>}
            <div className="ms-auto">
              <OutputMenu output={output} isAdmin={isAdmin} onDeleted={() => router.push("/outputs")} />
            </div>
          </>
        )}
      </div>
    </div>
  );
}

import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";

import { PageHead } from "#components/layout/page-head.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Role } from "#lib/context.ts";

/** A page that only admins see, to everybody else: what it is, and why it is closed. */
export function NeedsAdmin({ title, role }: { title: string; role: Role }) {
  const t = useTranslations("common");
  return (
    <>
      <PageHead title={title} />
      <EmptyState icon={<Lock size={20} aria-hidden />} title={t("needsAdmin.title")}>
        {t("needsAdmin.body", { role: t(`role.${role}`) })}
      </EmptyState>
    </>
  );
}

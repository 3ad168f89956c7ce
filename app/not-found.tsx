import { FileQuestionMark } from "lucide-react";
import { getTranslations } from "next-intl/server";

import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Logo } from "#components/ui/icons.tsx";

export default async function NotFound() {
  const t = await getTranslations("common.notFound");
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-12 items-center px-4 lg:px-6">
        <Logo />
      </header>
      <main className="grid flex-1 place-items-center">
        <EmptyState
          icon={<FileQuestionMark size={20} aria-hidden />}
          headingLevel={1}
          title={t("title")}
          action={
            <ButtonLink href="/tasks" variant="primary">
              {t("action")}
            </ButtonLink>
          }
        >
          {t("body")}
        </EmptyState>
      </main>
    </div>
  );
}

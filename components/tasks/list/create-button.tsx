"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";

import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Kbd } from "#components/ui/kbd.tsx";

type CreateButtonProps = { denied: string | null; hasShortcut?: boolean };

/** The way to the form; for a viewer it stays, and says why it does nothing. */
export function CreateButton({ denied, hasShortcut = false }: CreateButtonProps) {
  const t = useTranslations("tasks");
  const content = (
    <>
      <Plus size={16} aria-hidden />
      {t("create")}
      {hasShortcut && (
        <Kbd className="-me-1.5 border-transparent bg-[oklch(0_0_0/0.18)] text-inherit max-md:hidden">N</Kbd>
      )}
    </>
  );
  return denied === null ? (
    <ButtonLink href="/tasks/new" variant="primary" className="max-md:h-10">
      {content}
    </ButtonLink>
  ) : (
    <Button variant="primary" disabledReason={denied} className="max-md:h-10">
      {content}
    </Button>
  );
}

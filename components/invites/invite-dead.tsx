import { Link2Off } from "lucide-react";
import { useTranslations } from "next-intl";

import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** A link that was used, withdrawn, has expired or never was: one answer. */
export function InviteDead() {
  const t = useTranslations("invite.dead");
  return (
    <div role="alert">
      <EmptyState
        icon={<Link2Off size={20} aria-hidden />}
        headingLevel={1}
        title={t("title")}
        action={<ButtonLink href="/sign-in">{t("action")}</ButtonLink>}
        className="px-0"
      >
        {t("body")}
      </EmptyState>
    </div>
  );
}

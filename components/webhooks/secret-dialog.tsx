"use client";

import { useTranslations } from "next-intl";

import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

export type ShownSecret = { secret: string; why: "created" | "rotated" | "callback" };

/** A signing secret, the only time that it is shown. */
export function SecretDialog({ shown, onClose }: { shown: ShownSecret | null; onClose: () => void }) {
  const t = useTranslations("webhooks.secret");
  if (shown === null) return null;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      isAlert
      title={t(`${shown.why}.title`)}
      description={t(`${shown.why}.body`)}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t(shown.why === "callback" ? "close" : "copied")}
        </Button>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
        <CodeBlock text={shown.secret} label={t("label")} />
        <p className="text-xs text-subtle">{t("hint")}</p>
      </div>
    </Dialog>
  );
}

"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { api } from "#lib/http/api-client.ts";
import type { InviteView } from "#lib/invites/view.ts";

type WithdrawDialogProps = { invite: InviteView; onClose: () => void; onDone: () => void };

/** Asks, then ends a link that nobody has used. */
export function WithdrawDialog({ invite, onClose, onDone }: WithdrawDialogProps) {
  const t = useTranslations("users.withdraw");
  const errorText = useErrorText();
  const withdraw = useMutation({
    mutationFn: () => api.delete(`/invites/${invite.id}`),
    onSuccess: () => {
      onClose();
      toast.add({ type: "succeeded", title: t("done", { email: invite.email }) });
      onDone();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("title", { email: invite.email })}
      description={t("body")}
      confirmLabel={t("confirm")}
      pending={withdraw.isPending}
      error={withdraw.error ? errorText(withdraw.error) : null}
      onConfirm={() => withdraw.mutate()}
    />
  );
}

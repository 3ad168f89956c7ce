"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useUserErrorText } from "#components/users/use-user-error-text.ts";
import { api } from "#lib/http/api-client.ts";
import type { CreatedInvite } from "#lib/invites/view.ts";
import type { UserView } from "#lib/users/view.ts";

export type UserAction = "disable" | "enable" | "reset";

type UserActionDialogProps = {
  action: UserAction;
  user: UserView;
  onClose: () => void;
  onDone: () => void;
  /** The link that a reset made, shown once. */
  onLink: (link: CreatedInvite) => void;
};

/** Asks, then disables or enables a user, or makes a link for a new password. */
export function UserActionDialog({ action, user, onClose, onDone, onLink }: UserActionDialogProps) {
  const t = useTranslations(`users.${action}`);
  const errorText = useUserErrorText();
  const act = useMutation({
    mutationFn: () => api.post<CreatedInvite | undefined>(`/users/${user.id}/${action}`),
    onSuccess: (answer) => {
      if (answer) {
        onLink(answer);
        return;
      }
      onClose();
      toast.add({ type: "succeeded", title: t("done", { name: user.name }) });
      onDone();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("title", { name: user.name })}
      description={t("body", { email: user.email })}
      confirmLabel={t("confirm")}
      tone={action === "disable" ? "danger" : "primary"}
      pending={act.isPending}
      error={act.error ? errorText(act.error) : null}
      onConfirm={() => act.mutate()}
    />
  );
}

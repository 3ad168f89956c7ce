"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { AccessKeyView } from "#lib/access-keys/view.ts";
import { api } from "#lib/http/api-client.ts";

type RevokeKeyDialogProps = {
  accessKey: AccessKeyView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone: () => void;
};

/** Asks, then ends a key for good. */
export function RevokeKeyDialog({ accessKey, open, onOpenChange, onDone }: RevokeKeyDialogProps) {
  const t = useTranslations("keys.revoke");
  const errorText = useErrorText();
  const revoke = useMutation({
    mutationFn: () => api.delete(`/access-keys/${accessKey.id}`),
    onSuccess: () => {
      onOpenChange(false);
      toast.add({ type: "succeeded", title: t("done", { name: accessKey.name }) });
      onDone();
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(isOpen) => {
        revoke.reset();
        onOpenChange(isOpen);
      }}
      title={t("title", { name: accessKey.name })}
      description={t("body", { id: accessKey.accessKeyId })}
      confirmLabel={t("confirm")}
      pending={revoke.isPending}
      error={revoke.error ? errorText(revoke.error) : null}
      onConfirm={() => revoke.mutate()}
    />
  );
}

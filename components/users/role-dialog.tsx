"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { RoleField } from "#components/users/role-field.tsx";
import { useUserErrorText } from "#components/users/use-user-error-text.ts";
import type { Role } from "#lib/context.ts";
import { api } from "#lib/http/api-client.ts";
import type { UserView } from "#lib/users/view.ts";

type RoleDialogProps = { user: UserView; onClose: () => void; onDone: () => void };

/** Gives a user another role. */
export function RoleDialog({ user, onClose, onDone }: RoleDialogProps) {
  const t = useTranslations("users.role");
  const tCommon = useTranslations("common");
  const errorText = useUserErrorText();
  const [role, setRole] = useState<Role>(user.role);
  const change = useMutation({
    mutationFn: () => api.post<unknown>(`/users/${user.id}/role`, { role }),
    onSuccess: () => {
      onClose();
      toast.add({
        type: "succeeded",
        title: t("done", { name: user.name, role: tCommon(`role.${role}`) }),
      });
      onDone();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("title", { name: user.name })}
      description={t("body")}
      footer={
        <>
          <Button onClick={onClose}>{tCommon("cancel")}</Button>
          <Button
            variant="primary"
            pending={change.isPending}
            disabledReason={role === user.role ? t("same") : null}
            onClick={() => change.mutate()}
          >
            {t("confirm")}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {change.error && <Banner role="alert">{errorText(change.error)}</Banner>}
        <RoleField id="user-role" value={role} onChange={setRole} />
      </div>
    </Dialog>
  );
}

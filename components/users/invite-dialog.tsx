"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef, useState, type SubmitEvent } from "react";

import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { RoleField } from "#components/users/role-field.tsx";
import { useUserErrorText } from "#components/users/use-user-error-text.ts";
import type { Role } from "#lib/context.ts";
import { api } from "#lib/http/api-client.ts";
import { createInviteSchema, INVITE_DAYS, type CreateInvite } from "#lib/invites/schema.ts";
import type { CreatedInvite } from "#lib/invites/view.ts";

type InviteDialogProps = { onClose: () => void; onCreated: (made: CreatedInvite) => void };

/** E-mail and role of a new user; the answer is a link. */
export function InviteDialog({ onClose, onCreated }: InviteDialogProps) {
  const t = useTranslations("users.invite");
  const tCommon = useTranslations("common");
  const errorText = useUserErrorText();
  const field = useRef<HTMLInputElement>(null);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const [isBad, setIsBad] = useState(false);
  const invite = useMutation({
    mutationFn: (body: CreateInvite) => api.post<CreatedInvite>("/invites", body),
    onSuccess: onCreated,
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const wanted = createInviteSchema.safeParse({ email, role });
    setIsBad(!wanted.success);
    if (wanted.success) invite.mutate(wanted.data);
    else field.current?.focus();
  }

  const error = isBad ? t("emailBad") : null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("title")}
      description={t("body", { days: INVITE_DAYS })}
      initialFocus={field}
      footer={
        <>
          <Button onClick={onClose}>{tCommon("cancel")}</Button>
          <Button type="submit" form="invite" variant="primary" pending={invite.isPending}>
            {t(invite.isPending ? "submitting" : "submit")}
          </Button>
        </>
      }
    >
      <form id="invite" noValidate onSubmit={submit} className="grid gap-4">
        {invite.error && <Banner role="alert">{errorText(invite.error)}</Banner>}
        <Field id="invite-email" label={t("email")} error={error}>
          <Input
            {...describedBy("invite-email", { error })}
            ref={field}
            type="email"
            value={email}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <RoleField id="invite-role" value={role} onChange={setRole} />
      </form>
    </Dialog>
  );
}

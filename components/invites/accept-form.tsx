"use client";

import { signIn } from "next-auth/react";
import { useTranslations } from "next-intl";
import { useRef, useState, type SubmitEvent } from "react";

import { PasswordInput } from "#components/auth/password-input.tsx";
import { InviteDead } from "#components/invites/invite-dead.tsx";
import { useErrorText } from "#components/layout/use-error-text.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "#lib/accounts/schema.ts";
import { api, ApiError } from "#lib/http/api-client.ts";
import type { OpenInvite } from "#lib/invites/view.ts";

type Fields = { name?: string | null; password?: string | null };

/** Name and password of a new user, or a new password; then signed in. */
export function AcceptForm({ token, invite }: { token: string; invite: OpenInvite }) {
  const t = useTranslations("invite");
  const errorText = useErrorText();
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState<Fields>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isPending, setIsPending] = useState(false);
  const [isDead, setIsDead] = useState(false);
  const isNew = invite.kind === "invite";

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const data = new FormData(event.currentTarget);
    const name = readText(data, "name").trim();
    const password = readText(data, "password");
    const wrong: Fields = {
      name: isNew && name === "" ? t("errors.name") : null,
      password:
        password.length < PASSWORD_MIN_LENGTH
          ? t("errors.short", { min: PASSWORD_MIN_LENGTH })
          : password.length > PASSWORD_MAX_LENGTH
            ? t("errors.long", { max: PASSWORD_MAX_LENGTH })
            : null,
    };
    setFields(wrong);
    setFailure(null);
    const first = wrong.name ? "name" : wrong.password ? "password" : null;
    if (first !== null) {
      form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
      return;
    }
    setIsPending(true);
    try {
      await api.post("/invites/accept", { token, password, ...(isNew && { name }) });
    } catch (error) {
      setIsPending(false);
      if (error instanceof ApiError && error.code === "not_found") setIsDead(true);
      else if (error instanceof ApiError && error.code === "conflict") setFailure(t("errors.taken"));
      else setFailure(errorText(error));
      return;
    }
    // The password is set; when signing in with it fails now, the sign-in page is the way on.
    const answer = await signIn("credentials", { email: invite.email, password, redirect: false }).catch(
      () => undefined,
    );
    window.location.assign(answer?.ok === true && !answer.error ? "/tasks" : "/sign-in");
  }

  if (isDead) return <InviteDead />;
  return (
    <form
      ref={form}
      method="post"
      noValidate
      aria-labelledby="invite"
      className="grid gap-4"
      onSubmit={(event) => void submit(event)}
    >
      <div>
        <h1 id="invite" className="text-xl font-semibold">
          {t(isNew ? "title" : "resetTitle")}
        </h1>
        <p className="mt-1 break-words text-muted">
          {isNew ? t("body", { project: invite.project }) : t("resetBody", { name: invite.name })}
        </p>
      </div>
      {failure !== null && <Banner role="alert">{failure}</Banner>}
      <Field id="email" label={t("email")}>
        <Input
          id="email"
          name="email"
          value={invite.email}
          readOnly
          autoComplete="username"
          boxClassName="h-10 bg-sunken"
        />
      </Field>
      {isNew && (
        <Field id="name" label={t("name")} error={fields.name}>
          <Input
            {...describedBy("name", { error: fields.name })}
            name="name"
            autoComplete="name"
            maxLength={100}
            required
            boxClassName="h-10"
          />
        </Field>
      )}
      <Field
        id="password"
        label={t("password")}
        error={fields.password}
        hint={t("hint", { min: PASSWORD_MIN_LENGTH })}
      >
        <PasswordInput
          {...describedBy("password", { error: fields.password, hint: true })}
          name="password"
          autoComplete="new-password"
          required
          boxClassName="h-10"
        />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={isPending} className="mt-1">
        {t(isPending ? "submitting" : isNew ? "submit" : "resetSubmit")}
      </Button>
    </form>
  );
}

function readText(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === "string" ? value : "";
}

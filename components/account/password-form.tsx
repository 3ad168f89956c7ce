"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef, useState, type SubmitEvent } from "react";

import { PasswordInput } from "#components/auth/password-input.tsx";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { useErrorText } from "#components/layout/use-error-text.ts";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "#lib/accounts/schema.ts";
import { api, ApiError } from "#lib/http/api-client.ts";

type Fields = { currentPassword?: string | null; newPassword?: string | null };

/** The current password once, the new one once: it can be read back instead of being typed twice. */
export function PasswordForm({ email }: { email: string }) {
  const t = useTranslations("account.password");
  const errorText = useErrorText();
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState<Fields>({});
  const change = useMutation({
    mutationFn: (body: { currentPassword: string; newPassword: string }) =>
      api.post<unknown>("/account/password", body),
    onSuccess: () => form.current?.reset(),
    onError: (error) => {
      const paths = error instanceof ApiError ? error.issues.map(({ path }) => path) : [];
      if (paths.includes("currentPassword")) refuse({ currentPassword: t("errors.wrong") });
      else if (paths.includes("newPassword")) refuse({ newPassword: t("errors.same") });
    },
  });

  function refuse(next: Fields): void {
    setFields(next);
    const name = next.currentPassword ? "currentPassword" : "newPassword";
    form.current?.querySelector<HTMLInputElement>(`[name=${name}]`)?.focus();
  }

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const currentPassword = readText(data, "currentPassword");
    const newPassword = readText(data, "newPassword");
    const next: Fields = {
      currentPassword: currentPassword === "" ? t("errors.required") : null,
      newPassword:
        newPassword.length < PASSWORD_MIN_LENGTH
          ? t("errors.short", { min: PASSWORD_MIN_LENGTH })
          : newPassword.length > PASSWORD_MAX_LENGTH
            ? t("errors.long", { max: PASSWORD_MAX_LENGTH })
            : newPassword === currentPassword
              ? t("errors.same")
              : null,
    };
    change.reset();
    if (next.currentPassword || next.newPassword) {
      refuse(next);
      return;
    }
    setFields({});
    change.mutate({ currentPassword, newPassword });
  }

  const isFieldError = Boolean(fields.currentPassword || fields.newPassword);
  return (
    <form ref={form} method="post" noValidate onSubmit={submit} className="grid max-w-[360px] gap-4 p-4">
      <p className="text-muted">{t("intro")}</p>
      {/* Password managers need to know whose password this is. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      {change.isError && !isFieldError && <Banner role="alert">{errorText(change.error)}</Banner>}
      <p role="status" className={change.isSuccess ? "text-succeeded-fg" : "sr-only"}>
        {change.isSuccess && t("done")}
      </p>
      <Field id="currentPassword" label={t("current")} error={fields.currentPassword}>
        <PasswordInput
          {...describedBy("currentPassword", { error: fields.currentPassword })}
          name="currentPassword"
          autoComplete="current-password"
          required
        />
      </Field>
      <Field
        id="newPassword"
        label={t("next")}
        error={fields.newPassword}
        hint={t("hint", { min: PASSWORD_MIN_LENGTH })}
      >
        <PasswordInput
          {...describedBy("newPassword", { error: fields.newPassword, hint: true })}
          name="newPassword"
          autoComplete="new-password"
          required
        />
      </Field>
      <div>
        <Button type="submit" variant="primary" pending={change.isPending}>
          {t(change.isPending ? "submitting" : "submit")}
        </Button>
      </div>
    </form>
  );
}

function readText(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === "string" ? value : "";
}

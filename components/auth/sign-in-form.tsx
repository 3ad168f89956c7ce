"use client";

import { useTranslations } from "next-intl";
import { useRef, useState, type SubmitEvent } from "react";

import { PasswordInput } from "#components/auth/password-input.tsx";
import { SignInFailure } from "#components/auth/sign-in-failure.tsx";
import { toFailure, useSignIn } from "#components/auth/use-sign-in.ts";
import { Button } from "#components/ui/button.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

type SignInFormProps = {
  host: string;
  /** Where to go afterwards; a path of this console. */
  target: string;
  /** `?error=`, when next-auth sent the browser here. */
  initialError: string | null;
};

type FieldErrors = { email?: boolean; password?: boolean };

/** E-mail and password. What was typed stays when it was wrong. */
export function SignInForm({ host, target, initialError }: SignInFormProps) {
  const t = useTranslations("auth");
  const call = useSignIn(initialError === null ? null : toFailure(initialError));
  const [missing, setMissing] = useState<FieldErrors>({});
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (call.isPending) return;
    const given = { email: email.current?.value.trim() ?? "", password: password.current?.value ?? "" };
    const empty = { email: given.email === "", password: given.password === "" };
    setMissing(empty);
    call.setFailure(null);
    if (empty.email || empty.password) {
      (empty.email ? email : password).current?.focus();
      return;
    }
    if (await call.submit(given, target)) {
      // A whole load: nothing of an earlier person's data may stay in memory.
      window.location.assign(target);
      return;
    }
    password.current?.focus();
    password.current?.select();
  }

  const emailError = missing.email ? t("errors.email") : null;
  const passwordError = missing.password ? t("errors.password") : null;
  return (
    <form
      method="post"
      noValidate
      aria-labelledby="sign-in"
      className="grid gap-4"
      onSubmit={(event) => void submit(event)}
    >
      <div>
        <h1 id="sign-in" className="text-xl font-semibold">
          {t("title")}
        </h1>
        <p className="mt-1 break-words text-muted">{t("to", { host })}</p>
      </div>
      <SignInFailure failure={call.failure} />
      <Field id="email" label={t("email")} error={emailError}>
        <Input
          {...describedBy("email", { error: emailError })}
          ref={email}
          name="email"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          boxClassName="h-10"
        />
      </Field>
      <Field id="password" label={t("password")} error={passwordError}>
        <PasswordInput
          {...describedBy("password", { error: passwordError })}
          ref={password}
          name="password"
          autoComplete="current-password"
          required
          boxClassName="h-10"
        />
      </Field>
      <Button type="submit" variant="primary" size="lg" pending={call.isPending} className="mt-1">
        {t(call.isPending ? "submitting" : "submit")}
      </Button>
    </form>
  );
}

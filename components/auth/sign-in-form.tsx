"use client";

import { useTranslations } from "next-intl";
import { useRef, useState, type SubmitEvent, type ReactNode } from "react";

import { PasswordInput } from "#components/auth/password-input.tsx";
import { Banner } from "#components/ui/banner.tsx";
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

type Failure = "wrong" | "rateLimited" | "unavailable" | "network";
type FieldErrors = { email?: boolean; password?: boolean };

/** E-mail and password. What was typed stays when it was wrong. */
export function SignInForm({ host, target, initialError }: SignInFormProps) {
  const t = useTranslations("auth");
  const [failure, setFailure] = useState<Failure | null>(
    initialError === null ? null : toFailure(initialError),
  );
  const [missing, setMissing] = useState<FieldErrors>({});
  const [isPending, setIsPending] = useState(false);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const given = { email: email.current?.value.trim() ?? "", password: password.current?.value ?? "" };
    const empty = { email: given.email === "", password: given.password === "" };
    setMissing(empty);
    setFailure(null);
    if (empty.email || empty.password) {
      (empty.email ? email : password).current?.focus();
      return;
    }
    setIsPending(true);
    try {
      const { signIn } = await import("next-auth/react");
      const answer = await signIn("credentials", { ...given, redirect: false, callbackUrl: target });
      if (answer?.ok && !answer.error) {
        // A whole load: nothing of an earlier person's data may stay in memory. The button stays busy until then.
        window.location.assign(target);
        return;
      }
      setFailure(toFailure(answer?.error ?? ""));
    } catch {
      setFailure("network");
    }
    setIsPending(false);
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
      {failure && (
        <Banner role="alert">
          <p className="text-muted">
            {t.rich(`errors.${failure}`, {
              b: (chunks: ReactNode) => <b className="font-medium text-fg">{chunks}</b>,
            })}
          </p>
        </Banner>
      )}
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
      <Button type="submit" variant="primary" size="lg" pending={isPending} className="mt-1">
        {t(isPending ? "submitting" : "submit")}
      </Button>
    </form>
  );
}

/** next-auth's `error` codes, and ours (lib/auth/auth-options.ts). */
function toFailure(error: string): Failure {
  switch (error) {
    case "CredentialsSignin":
      return "wrong";
    case "rate_limited":
      return "rateLimited";
    default:
      return "unavailable";
  }
}

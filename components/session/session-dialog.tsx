"use client";

import { useTranslations } from "next-intl";
import { useId, useRef, useState, type RefObject, type SubmitEvent } from "react";

import { PasswordInput } from "#components/auth/password-input.tsx";
import { SignInFailure } from "#components/auth/sign-in-failure.tsx";
import { useSignIn } from "#components/auth/use-sign-in.ts";
import { useOtherTab } from "#components/session/use-other-tab.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";

type SessionDialogProps = {
  isOpen: boolean;
  /** Whose page this is: only the same person goes on with it. */
  email: string;
  onSignedIn: () => void;
  onDismiss: () => void;
};

/** Asks for a sign-in over whatever is on the page, and leaves that as it is. */
export function SessionDialog({ isOpen, email, onSignedIn, onDismiss }: SessionDialogProps) {
  const t = useTranslations("session");
  const password = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(open) => !open && onDismiss()}
      title={t("title")}
      description={t("body")}
      initialFocus={password}
      isAlert
    >
      <SignInAgain email={email} password={password} onSignedIn={onSignedIn} onDismiss={onDismiss} />
    </Dialog>
  );
}

type SignInAgainProps = Omit<SessionDialogProps, "isOpen"> & { password: RefObject<HTMLInputElement | null> };

function SignInAgain({ email, password, onSignedIn, onDismiss }: SignInAgainProps) {
  const t = useTranslations("session");
  const tAuth = useTranslations("auth");
  const call = useSignIn();
  const [isMissing, setIsMissing] = useState(false);
  const [someoneElse, setSomeoneElse] = useState<string | null>(null);
  const id = useId();

  useOtherTab((found) => {
    if (found === email) onSignedIn();
    else setSomeoneElse(found);
  });

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    // The dialog may stand over a form, in React's tree if not in the page's.
    event.stopPropagation();
    if (call.isPending) return;
    const given = password.current?.value ?? "";
    setIsMissing(given === "");
    if (given !== "" && (await call.submit({ email, password: given }, window.location.href))) {
      onSignedIn();
      return;
    }
    password.current?.focus();
    password.current?.select();
  }

  if (someoneElse !== null) {
    return (
      <div className="grid gap-4">
        <Banner tone="partial" role="alert">
          {t("someoneElse", { email: someoneElse, own: email })}
        </Banner>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onDismiss}>{t("later")}</Button>
          <Button variant="primary" onClick={() => window.location.reload()}>
            {t("reload")}
          </Button>
        </div>
      </div>
    );
  }
  const error = isMissing ? tAuth("errors.password") : null;
  return (
    <form method="post" noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
      {/* Password managers need to know whose password this is. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <p className="break-words text-muted">{t("as", { email })}</p>
      <SignInFailure failure={call.failure} />
      <Field id={id} label={tAuth("password")} error={error}>
        <PasswordInput
          {...describedBy(id, { error })}
          ref={password}
          name="password"
          autoComplete="current-password"
          required
          boxClassName="h-10"
        />
      </Field>
      <div className="flex flex-wrap items-center justify-end gap-2">
        <a
          href="/sign-in"
          target="_blank"
          rel="noreferrer"
          className="me-auto inline-flex min-h-6 items-center text-accent-fg underline-offset-3 hover:underline"
        >
          {t("otherTab")}
        </a>
        <Button onClick={onDismiss}>{t("later")}</Button>
        <Button type="submit" variant="primary" pending={call.isPending}>
          {tAuth(call.isPending ? "submitting" : "submit")}
        </Button>
      </div>
    </form>
  );
}

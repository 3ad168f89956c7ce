"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import type { SignInFailure as Failure } from "#components/auth/use-sign-in.ts";
import { Banner } from "#components/ui/banner.tsx";

/** Why a sign-in did not work, and what to do; nothing when it has not failed. */
export function SignInFailure({ failure }: { failure: Failure | null }) {
  const t = useTranslations("auth");
  if (failure === null) return null;
  return (
    <Banner role="alert">
      <p className="text-muted">
        {t.rich(`errors.${failure}`, {
          b: (chunks: ReactNode) => <b className="font-medium text-fg">{chunks}</b>,
        })}
      </p>
    </Banner>
  );
}

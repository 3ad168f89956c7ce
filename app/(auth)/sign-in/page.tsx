import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";

import { SignInForm } from "#components/auth/sign-in-form.tsx";
import { callbackPath } from "#lib/auth/callback-path.ts";
import { findPageSession } from "#lib/auth/session.ts";
import { getEnv } from "#lib/env.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("auth");
  return { title: t("title") };
}

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignInPage({ searchParams }: PageProps) {
  const { callbackUrl, error } = await searchParams;
  const { publicUrl } = getEnv();
  const wanted = callbackPath(typeof callbackUrl === "string" ? callbackUrl : null, publicUrl);
  const target = wanted === "/" ? "/tasks" : wanted;
  if (await findPageSession()) redirect(target);
  return (
    <SignInForm
      host={new URL(publicUrl).host}
      target={target}
      initialError={typeof error === "string" ? error : null}
    />
  );
}

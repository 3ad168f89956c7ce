import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";

import { DisplayForm } from "#components/account/display-form.tsx";
import { PasswordForm } from "#components/account/password-form.tsx";
import { readTheme, SHORTCUTS_COOKIE, THEME_COOKIE } from "#components/layout/preferences.ts";
import { Card, CardHeader, Fact, Facts } from "#components/ui/card.tsx";
import { getPageSession } from "#lib/auth/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("account");
  return { title: t("title") };
}

export default async function PreferencesPage() {
  const { user, project } = await getPageSession();
  const [t, tRole, jar] = await Promise.all([
    getTranslations("account"),
    getTranslations("common.role"),
    cookies(),
  ]);
  return (
    <div className="w-full max-w-page px-4 pt-3 pb-12 lg:px-6 lg:pt-4">
      <h1 className="text-lg font-semibold">{t("title")}</h1>
      <div className="mt-4 grid max-w-[720px] gap-6">
        <Card aria-labelledby="display">
          <CardHeader id="display">{t("display.title")}</CardHeader>
          <DisplayForm
            theme={readTheme(jar.get(THEME_COOKIE)?.value)}
            hasShortcuts={jar.get(SHORTCUTS_COOKIE)?.value !== "off"}
          />
        </Card>
        <Card aria-labelledby="account">
          <CardHeader id="account">{t("account.title")}</CardHeader>
          <Facts>
            <Fact name={t("account.name")}>{user.name}</Fact>
            <Fact name={t("account.email")}>{user.email}</Fact>
            <Fact name={t("account.project")}>{project.name}</Fact>
            <Fact name={t("account.role")}>{tRole(user.role)}</Fact>
          </Facts>
        </Card>
        <Card aria-labelledby="password">
          <CardHeader id="password">{t("password.title")}</CardHeader>
          <PasswordForm email={user.email} />
        </Card>
      </div>
    </div>
  );
}

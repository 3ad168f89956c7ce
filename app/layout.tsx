import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { getLocale, getMessages, getNow, getTimeZone, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";

import "./globals.css";
import { mono, sans } from "./fonts.ts";
import { pickMessages } from "./i18n/messages.ts";
import { Providers } from "./providers.tsx";
import { readTheme, THEME_COOKIE, type Locale } from "#components/layout/preferences.ts";
import { THEME_SCRIPT } from "#components/layout/theme-script.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("common");
  return {
    title: { default: t("product"), template: `%s · ${t("product")}` },
    robots: { index: false, follow: false },
  };
}

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#121317" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, messages, timeZone, now, jar, head] = await Promise.all([
    getLocale() as Promise<Locale>,
    getMessages(),
    getTimeZone(),
    getNow(),
    cookies(),
    headers(),
  ]);
  const theme = readTheme(jar.get(THEME_COOKIE)?.value);
  // lib/http/server.ts puts the policy into the request; Next takes the nonce of its own scripts from there, too.
  const nonce = /'nonce-([^']+)'/.exec(head.get("content-security-policy") ?? "")?.[1];
  return (
    <html
      lang={locale}
      data-theme={theme}
      className={`${sans.variable} ${mono.variable}`}
      // The script below adds `dark` before the first paint.
      suppressHydrationWarning
    >
      <head>
        {/* A browser hides the nonce of a script that it has read, so it never equals the server's. */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
      </head>
      <body>
        <Providers
          locale={locale}
          messages={pickMessages(messages, [
            "common",
            "nav",
            "auth",
            "account",
            "templates",
            "outputs",
            "tasks",
            "detail",
            "create",
            "failures",
            "warnings",
            "errors",
            "webhooks",
            "keys",
            "users",
            "invite",
            "audit",
            "workers",
            "session",
          ])}
          timeZone={timeZone}
          now={now.getTime()}
          nonce={nonce}
        >
          {children}
        </Providers>
      </body>
    </html>
  );
}

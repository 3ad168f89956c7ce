import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";

import packageJson from "../../package.json" with { type: "json" };
import { LadderPicture } from "#components/auth/ladder-picture.tsx";
import { LanguageButton } from "#components/layout/language-button.tsx";
import { ThemeToggle } from "#components/layout/theme-toggle.tsx";
import { Logo } from "#components/ui/icons.tsx";

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations("common");
  return (
    <div className="grid min-h-dvh grid-cols-[minmax(0,1fr)] lg:grid-cols-[520px_minmax(0,1fr)]">
      <div className="flex flex-col px-6 py-6 sm:px-20 sm:py-10">
        <header>
          <Logo />
        </header>
        <main className="my-auto w-full max-w-[360px] py-10 max-lg:mx-auto">{children}</main>
        <footer className="flex items-center gap-2 text-xs text-subtle">
          <span className="me-auto">{t("version", { version: packageJson.version })}</span>
          <LanguageButton shows="other" />
          <ThemeToggle />
        </footer>
      </div>
      <div className="grid place-items-center border-s border-border bg-canvas p-16 max-lg:hidden">
        <LadderPicture />
      </div>
    </div>
  );
}

import Link from "next/link";
import type { ReactNode } from "react";

import { AccountMenu, type AccountMenuProps } from "#components/layout/account-menu.tsx";
import { LanguageButton } from "#components/layout/language-button.tsx";
import { NavDrawer } from "#components/layout/nav-drawer.tsx";
import { ThemeToggle } from "#components/layout/theme-toggle.tsx";
import { Logo } from "#components/ui/icons.tsx";

type HeaderProps = AccountMenuProps & {
  version: string;
  /** What stands left of the theme button: the upload tray. */
  tray?: ReactNode;
};

/** The bar above every page of the console. */
export function Header({ version, tray, ...account }: HeaderProps) {
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b border-border bg-surface px-4 lg:px-6">
      <NavDrawer version={version} />
      <Link href="/tasks" className="flex h-10 items-center lg:hidden">
        <Logo size={22} />
      </Link>
      <div className="ms-auto flex items-center gap-1">
        {tray}
        <ThemeToggle className="max-lg:hidden" />
        <LanguageButton className="max-lg:hidden" />
        <AccountMenu {...account} />
      </div>
    </header>
  );
}

"use client";

import { Menu } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { LanguageButton } from "#components/layout/language-button.tsx";
import { NavList } from "#components/layout/nav-list.tsx";
import { SidebarFoot } from "#components/layout/sidebar.tsx";
import { ThemeToggle } from "#components/layout/theme-toggle.tsx";
import { Button } from "#components/ui/button.tsx";
import { Logo } from "#components/ui/icons.tsx";
import { Sheet } from "#components/ui/sheet.tsx";

/** Below 1024 px the navigation, theme and language are behind one button. */
export function NavDrawer({ version }: { version: string }) {
  const t = useTranslations("nav");
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button
        variant="ghost"
        iconOnly
        size="lg"
        aria-label={t("open")}
        aria-haspopup="dialog"
        className="-ms-3 lg:hidden"
        onClick={() => setIsOpen(true)}
      >
        <Menu size={16} aria-hidden />
      </Button>
      <Sheet open={isOpen} onOpenChange={setIsOpen} title={<Logo />} side="left">
        <div className="flex min-h-full flex-col">
          <NavList onNavigate={() => setIsOpen(false)} />
          <div className="flex items-center gap-1 px-2 py-2">
            <LanguageButton shows="other" className="h-10" />
            <ThemeToggle className="size-10" />
          </div>
          <SidebarFoot version={version} />
        </div>
      </Sheet>
    </>
  );
}

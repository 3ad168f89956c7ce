"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";

import { countWorkers } from "#components/layout/count-workers.ts";
import { NavList } from "#components/layout/nav-list.tsx";
import { useWorkers } from "#components/layout/use-shell-data.ts";
import { Logo } from "#components/ui/icons.tsx";

/** The left column from 1024 px on. */
export function Sidebar({ version }: { version: string }) {
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col border-e border-border bg-canvas lg:flex">
      <Link href="/tasks" className="flex h-12 flex-none items-center px-4 -outline-offset-2">
        <Logo />
      </Link>
      <NavList />
      <SidebarFoot version={version} />
    </aside>
  );
}

/** How many workers answer, and which version this is. */
export function SidebarFoot({ version }: { version: string }) {
  const t = useTranslations("nav.workers");
  const tCommon = useTranslations("common");
  const { data } = useWorkers();
  const workers = data && countWorkers(data.items);
  return (
    <div className="flex h-12 flex-none items-center gap-2 border-t border-border px-4 text-xs text-subtle">
      <span className={workers?.online === 0 ? "text-partial-fg" : undefined}>
        {workers === undefined ? t("unknown") : workers.total === 0 ? t("none") : t("online", workers)}
      </span>
      <span className="ms-auto font-mono" title={tCommon("version", { version })}>
        {version}
      </span>
    </div>
  );
}

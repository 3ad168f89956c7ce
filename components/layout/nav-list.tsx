"use client";

import {
  Clapperboard,
  HardDriveUpload,
  KeyRound,
  Layers,
  ScrollText,
  Server,
  SlidersHorizontal,
  TriangleAlert,
  Users,
  Webhook,
  type LucideIcon,
} from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { usePathname } from "next/navigation";

import { countWorkers } from "#components/layout/count-workers.ts";
import { useRunningCount, useWorkers } from "#components/layout/use-shell-data.ts";
import { cn } from "#components/ui/cn.ts";

type NavItem = {
  key:
    | "tasks"
    | "templates"
    | "outputs"
    | "workers"
    | "webhooks"
    | "audit"
    | "accessKeys"
    | "users"
    | "preferences";
  href: string;
  Icon: LucideIcon;
};

/** Only pages that exist. */
const GROUPS: readonly { key: "vod" | "system" | "settings"; items: readonly NavItem[] }[] = [
  {
    key: "vod",
    items: [
      { key: "tasks", href: "/tasks", Icon: Clapperboard },
      { key: "templates", href: "/templates", Icon: Layers },
      { key: "outputs", href: "/outputs", Icon: HardDriveUpload },
    ],
  },
  {
    key: "system",
    items: [
      { key: "workers", href: "/workers", Icon: Server },
      { key: "webhooks", href: "/webhooks", Icon: Webhook },
      { key: "audit", href: "/audit", Icon: ScrollText },
    ],
  },
  {
    key: "settings",
    items: [
      { key: "accessKeys", href: "/access-keys", Icon: KeyRound },
      { key: "users", href: "/users", Icon: Users },
      { key: "preferences", href: "/preferences", Icon: SlidersHorizontal },
    ],
  },
];

/** The links of the sidebar, and of the drawer on small screens. */
export function NavList({ onNavigate }: { onNavigate?: () => void }) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const running = useRunningCount();
  return (
    <nav aria-label={t("main")} className="flex-1 overflow-y-auto px-2 pb-4">
      {GROUPS.map((group) => (
        <div key={group.key}>
          <h2 className="mt-5 mb-1 px-2 text-xs font-medium text-subtle first:mt-3">
            {t(`groups.${group.key}`)}
          </h2>
          <ul className="grid gap-px">
            {group.items.map(({ key, href, Icon }) => {
              const isCurrent = pathname === href || pathname.startsWith(`${href}/`);
              return (
                <li key={key}>
                  <Link
                    href={href}
                    aria-current={isCurrent ? "page" : undefined}
                    onClick={onNavigate}
                    className={cn(
                      "flex h-8 items-center gap-2 rounded-md px-2 font-[450] text-muted transition-colors duration-(--dur-fast) hover:bg-hover hover:text-fg max-lg:h-10",
                      isCurrent &&
                        "bg-[color-mix(in_oklch,var(--fg)_7%,transparent)] font-medium text-fg [&>.lucide]:text-accent-fg",
                    )}
                  >
                    <Icon size={16} aria-hidden />
                    {t(`items.${key}`)}
                    {key === "tasks" && running > 0 && (
                      <span className="ms-auto flex items-center gap-1.5 text-xs font-normal text-subtle">
                        <span aria-hidden className="size-1.5 rounded-full bg-running" />
                        <span aria-hidden>{running}</span>
                        <span className="sr-only">{t("running", { count: running })}</span>
                      </span>
                    )}
                    {key === "workers" && <OfflineWorkers />}
                  </Link>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** A warning, only while workers are missing. */
function OfflineWorkers() {
  const t = useTranslations("nav.workers");
  const { data } = useWorkers();
  const { offline } = countWorkers(data?.items ?? []);
  if (offline === 0) return null;
  return (
    <span className="ms-auto flex items-center gap-1 text-xs font-normal text-partial-fg">
      <TriangleAlert size={14} aria-hidden />
      <span aria-hidden>{offline}</span>
      <span className="sr-only">{t("offline", { count: offline })}</span>
    </span>
  );
}

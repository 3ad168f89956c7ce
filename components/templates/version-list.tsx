"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";

import { ChangeList } from "#components/templates/change-list.tsx";
import { versionsQuery } from "#components/templates/template-queries.ts";
import { useDescription } from "#components/templates/use-description.ts";
import { Card, CardHeader } from "#components/ui/card.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { TemplateSummary } from "#lib/templates/view.ts";

/** The versions, the newest first, each with who made it and what it changed. */
export function VersionList({ template: { id, kind, name } }: { template: TemplateSummary }) {
  const t = useTranslations("templates.versions");
  const describe = useDescription();
  const { data: versions = [] } = useQuery(versionsQuery(id));
  if (versions.length === 0) return null;
  return (
    <Card aria-labelledby="versions">
      <CardHeader id="versions">{t("title")}</CardHeader>
      <ul>
        {versions.map(({ version, createdBy, createdAt, changes, description }, index) => {
          const isFirst = index === versions.length - 1;
          return (
            <li key={version} className="border-b border-border last:border-b-0">
              <details className="group" open={index === 0 && changes.length > 0}>
                <summary className="flex min-h-11 list-none items-center gap-2 px-4 py-2 -outline-offset-2 [&::-webkit-details-marker]:hidden">
                  <ChevronRight
                    size={16}
                    aria-hidden
                    className="text-muted transition-transform duration-(--dur-base) group-open:rotate-90"
                  />
                  <span className="font-medium">v{version}</span>
                  <span className="min-w-0 flex-1 truncate text-xs text-subtle">
                    {isFirst ? t("first") : t("changed", { count: changes.length })}
                    {createdBy !== null && ` · ${createdBy}`}
                  </span>
                  <span className="text-xs text-subtle">
                    <RelativeTime iso={createdAt} />
                  </span>
                </summary>
                <div className="px-4 pb-3">
                  {changes.length > 0 ? (
                    <ChangeList changes={changes} />
                  ) : (
                    <p className="text-xs text-subtle">
                      {isFirst ? describe({ kind, name, description }) || t("nothingBefore") : t("nameOnly")}
                    </p>
                  )}
                </div>
              </details>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

"use client";

import { useTranslations } from "next-intl";
import Link from "next/link";

import { containerName } from "#components/tasks/media-facts.ts";
import { templateRungs } from "#components/tasks/create/template-fit.ts";
import { LadderBars } from "#components/templates/ladder-bars.tsx";
import { TemplateMenu } from "#components/templates/template-menu.tsx";
import { useCodecName } from "#components/templates/use-codec-name.ts";
import { useDescription } from "#components/templates/use-description.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { TemplateSummary } from "#lib/templates/view.ts";

type TemplateRowProps = { template: TemplateSummary; denied: string | null; onChanged: () => void };

/** A template in the list: what it is, its ladder, and how much it is used. */
export function TemplateRow({ template, denied, onChanged }: TemplateRowProps) {
  const t = useTranslations("templates");
  const description = useDescription()(template);
  const { id, name, version, spec, usedBy, updatedAt, archivedAt } = template;
  const codecName = useCodecName();
  const codecs = [spec.video?.codec, spec.audio?.codec].filter((codec) => codec !== undefined).map(codecName);
  return (
    <li className="relative grid gap-x-6 gap-y-3 border-b border-border px-4 py-4 hover:bg-hover md:grid-cols-[minmax(0,1fr)_minmax(180px,280px)] lg:grid-cols-[minmax(0,1fr)_minmax(220px,320px)_144px_28px] lg:px-6">
      <div className="min-w-0 max-lg:pe-10">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <h2 className="min-w-0 font-medium break-all">
            <Link href={`/templates/${id}`} className="hover:underline">
              {name}
            </Link>
          </h2>
          <span className="text-xs text-subtle">{t("version", { version })}</span>
          <Tag>{containerName(spec.container)}</Tag>
          <span className="text-xs text-subtle">{codecs.join(" · ")}</span>
        </div>
        {description !== "" && <p className="mt-1 max-w-[68ch] text-muted">{description}</p>}
      </div>
      <LadderBars bars={templateRungs(spec).map((rung) => ({ ...rung, key: `${rung.kind}-${rung.name}` }))} />
      <p className="text-xs text-subtle md:col-span-2 lg:col-span-1">
        {usedBy > 0 ? (
          <Link
            href={`/tasks?template=${encodeURIComponent(name)}`}
            className="text-accent-fg underline-offset-3 hover:underline"
          >
            {t("usedBy", { count: usedBy })}
          </Link>
        ) : (
          t("unused")
        )}
        <span className="block">
          <RelativeTime iso={archivedAt ?? updatedAt} />
        </span>
      </p>
      <div className="max-lg:absolute max-lg:end-3 max-lg:top-3">
        <TemplateMenu template={template} denied={denied} onDeleted={onChanged} size="sm" />
      </div>
    </li>
  );
}

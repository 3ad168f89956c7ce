"use client";

import { ChevronLeft } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { useRouter } from "next/navigation";

import { TemplateMenu } from "#components/templates/template-menu.tsx";
import { useTemplateActions } from "#components/templates/use-template-actions.ts";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { TemplateSummary } from "#lib/templates/view.ts";

type EditorHeaderProps = {
  /** Null while it is new. */
  template: TemplateSummary | null;
  denied: string | null;
  view: "form" | "json";
  onView: (view: "form" | "json") => void;
  onSave: () => void;
  isSaving: boolean;
  /** Why it cannot be saved now; null when it can. */
  blocked: string | null;
};

/** Which template it is, its views, and what can be done with it. */
export function EditorHeader(props: EditorHeaderProps) {
  const t = useTranslations("templates");
  const router = useRouter();
  const { template, denied, blocked } = props;
  const isEditable = template === null || (template.kind === "custom" && template.archivedAt === null);
  return (
    <div className="px-4 pt-4 lg:px-6 lg:pt-5">
      <Link
        href="/templates"
        className="inline-flex h-6 items-center gap-1 text-xs text-subtle hover:text-fg"
      >
        <ChevronLeft size={14} aria-hidden />
        {t("title")}
      </Link>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-lg font-semibold break-all">{template?.name ?? t("newTitle")}</h1>
            {template && (
              <>
                <Tag>{t("version", { version: template.version })}</Tag>
                {template.kind === "predefined" && <Tag>{t("tags.predefined")}</Tag>}
                {template.archivedAt !== null && <Tag tone="warning">{t("tags.archived")}</Tag>}
              </>
            )}
          </div>
          {template && (
            <p className="mt-0.5 flex min-h-6 flex-wrap items-center gap-x-2 text-xs text-subtle">
              <span className="inline-flex items-center gap-1 font-mono tracking-[-0.01em] break-all">
                {template.id}
                <CopyButton text={template.id} size={24} />
              </span>
              <span aria-hidden>·</span>
              {template.usedBy > 0 ? (
                <Link
                  href={`/tasks?template=${encodeURIComponent(template.name)}`}
                  className="text-accent-fg underline-offset-3 hover:underline"
                >
                  {t("usedBy", { count: template.usedBy })}
                </Link>
              ) : (
                t("unused")
              )}
            </p>
          )}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Segmented
            aria-label={t("view.label")}
            value={props.view}
            onValueChange={props.onView}
            items={[
              { value: "form", label: t("view.form") },
              { value: "json", label: t("view.json") },
            ]}
          />
          {template && (
            <TemplateMenu template={template} denied={denied} onDeleted={() => router.push("/templates")} />
          )}
          {template !== null && !isEditable ? (
            <ReadOnlyAction template={template} denied={denied} />
          ) : (
            <Button
              variant="primary"
              disabledReason={denied ?? blocked}
              pending={props.isSaving}
              onClick={props.onSave}
            >
              {template === null ? t("create") : t("saveAs", { version: template.version + 1 })}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

/** What leads on from a template that stays as it is: a clone, or back into use. */
function ReadOnlyAction({ template, denied }: { template: TemplateSummary; denied: string | null }) {
  const t = useTranslations("templates.actions");
  const { clone, unarchive } = useTemplateActions(template);
  return template.archivedAt === null ? (
    <Button
      variant="primary"
      disabledReason={denied}
      pending={clone.isPending}
      onClick={() => clone.mutate()}
    >
      {t("clone")}
    </Button>
  ) : (
    <Button
      variant="primary"
      disabledReason={denied}
      pending={unarchive.isPending}
      onClick={() => unarchive.mutate()}
    >
      {t("unarchive")}
    </Button>
  );
}

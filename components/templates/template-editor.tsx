"use client";

import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { useForm, useWatch } from "react-hook-form";

import { AudioSection } from "#components/templates/audio-section.tsx";
import { ChangeList } from "#components/templates/change-list.tsx";
import { EditorContext } from "#components/templates/editor-context.ts";
import { EditorHeader } from "#components/templates/editor-header.tsx";
import { ExtrasSection } from "#components/templates/extras-section.tsx";
import { FormatSection } from "#components/templates/format-section.tsx";
import { IssueBanner } from "#components/templates/issue-banner.tsx";
import { JsonView, readDraft, type JsonDraft } from "#components/templates/json-view.tsx";
import { LadderSection } from "#components/templates/ladder-section.tsx";
import { PreviewCard } from "#components/templates/preview-card.tsx";
import {
  findFormIssues,
  NEW_TEMPLATE,
  plainSpec,
  type TemplateFormValues,
} from "#components/templates/template-form.ts";
import { useIssueWords } from "#components/templates/use-issue-words.ts";
import { useSaveTemplate } from "#components/templates/use-save-template.tsx";
import { useDescription } from "#components/templates/use-description.ts";
import { VersionList } from "#components/templates/version-list.tsx";
import { Banner } from "#components/ui/banner.tsx";
import { Card, CardHeader } from "#components/ui/card.tsx";
import { describedBy, Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { Role } from "#lib/context.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import type { SampleView } from "#lib/samples/view.ts";
import { diffSpecs } from "#lib/templates/diff-specs.ts";
import type { TemplateSummary } from "#lib/templates/view.ts";

type TemplateEditorProps = {
  /** Null for a new one. */
  template: TemplateSummary | null;
  samples: readonly SampleView[];
  role: Role;
};

const asText = (spec: EncodeSpec) => JSON.stringify(spec, null, 2);

/** A template as a form or as JSON, checked as one types, with what it would run beside it. */
export function TemplateEditor({ template, samples, role }: TemplateEditorProps) {
  const t = useTranslations("templates");
  const words = useIssueWords();
  const [view, setView] = useState<"form" | "json">("form");
  const describe = useDescription();
  const base: TemplateFormValues =
    template === null ? NEW_TEMPLATE : { ...template, description: describe(template) };
  const form = useForm<TemplateFormValues>({
    defaultValues: { name: base.name, description: base.description, spec: base.spec },
  });
  const values = useWatch({ control: form.control }) as TemplateFormValues;
  const [draft, setDraft] = useState<JsonDraft>(() => readDraft(asText(base.spec)));
  const [isNameTouched, setIsNameTouched] = useState(false);
  const save = useSaveTemplate(template);

  const denied = role === "viewer" ? t("denied") : null;
  const isPredefined = template?.kind === "predefined";
  const isArchived = template !== null && template.archivedAt !== null;
  const isReadOnly = denied !== null || isPredefined || isArchived;

  const found = useMemo(() => (isReadOnly ? [] : findFormIssues(values)), [isReadOnly, values]);
  const all = [...found, ...save.issues];
  // Nobody has to be told that an untouched field is still empty.
  const issues = all.filter(({ path }) => path !== "name" || isNameTouched || template !== null);
  const changes = useMemo(
    () => [
      ...diffSpecs(
        { name: base.name, description: base.description },
        {
          name: values.name,
          description: values.description,
        },
      ),
      ...diffSpecs(base.spec, plainSpec(values.spec)),
    ],
    [base.name, base.description, base.spec, values],
  );

  const errorOf = (path: string) => {
    const own = issues.filter((issue) => issue.path === path);
    return own.length === 0 ? null : own.map(words).join(" ");
  };
  const setSpec = (spec: EncodeSpec) => {
    save.forget();
    form.setValue("spec", spec, { shouldDirty: true });
    setDraft(readDraft(asText(spec)));
  };
  function changeDraft(next: JsonDraft) {
    setDraft(next);
    save.forget();
    if (next.state === "valid") form.setValue("spec", next.spec, { shouldDirty: true });
  }
  function submit() {
    setIsNameTouched(true);
    const first = found[0];
    if (first) {
      document
        .getElementById(view === "json" && first.path.startsWith("spec") ? "spec-json" : first.path)
        ?.focus();
      return;
    }
    save.mutate({ name: values.name, description: values.description, spec: plainSpec(values.spec) });
  }

  const hasBadSpec = found.some(({ path }) => path.startsWith("spec"));
  const blocked =
    draft.state !== "valid" && view === "json"
      ? t("blocked.json")
      : hasBadSpec
        ? t("blocked.issues")
        : template !== null && changes.length === 0
          ? t("blocked.same")
          : null;
  const editor = { spec: values.spec, setSpec, issues, errorOf };
  return (
    <EditorContext.Provider value={editor}>
      <EditorHeader
        template={template}
        denied={denied}
        view={view}
        onView={(next) => {
          // What could not be read is dropped: the form is what could be read last.
          setDraft(readDraft(asText(plainSpec(values.spec))));
          setView(next);
        }}
        onSave={submit}
        isSaving={save.isPending}
        blocked={blocked}
      />
      <div className="flex flex-col gap-6 px-4 py-4 lg:flex-row lg:items-start lg:px-6">
        <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] gap-6">
          {isPredefined && <Banner tone="queued">{t("readOnly.predefined")}</Banner>}
          {isArchived && <Banner tone="partial">{t("readOnly.archived")}</Banner>}
          {save.failure && (
            <Banner role="alert" action={save.action}>
              {save.failure}
            </Banner>
          )}
          <IssueBanner issues={issues} isJson={view === "json"} />
          <fieldset
            disabled={isReadOnly}
            className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-6 disabled:[&_:is(input,textarea,button)]:cursor-not-allowed disabled:[&_:is(input,textarea,button)]:text-muted"
          >
            <legend className="sr-only">{t("settings")}</legend>
            <div className="grid gap-4 sm:grid-cols-2">
              <Field id="name" label={t("name")} error={errorOf("name")}>
                <Input
                  {...form.register("name", { onChange: save.forget, onBlur: () => setIsNameTouched(true) })}
                  {...describedBy("name", { error: errorOf("name") })}
                  maxLength={64}
                  autoComplete="off"
                  spellCheck={false}
                />
              </Field>
              <Field id="description" label={t("description")} error={errorOf("description")}>
                <Textarea
                  {...form.register("description")}
                  {...describedBy("description", { error: errorOf("description") })}
                  rows={1}
                  maxLength={500}
                />
              </Field>
            </div>
            {view === "form" && (
              <>
                <FormatSection />
                {values.spec.video && <LadderSection video={values.spec.video} />}
                <AudioSection />
                <ExtrasSection />
              </>
            )}
          </fieldset>
          {/* Not in the fieldset: what is read-only can still be read, scrolled and copied. */}
          {view === "json" && <JsonView draft={draft} onChange={changeDraft} isReadOnly={isReadOnly} />}
        </div>
        <div className="grid w-full flex-none gap-4 lg:sticky lg:top-[72px] lg:w-[360px] xl:w-[384px]">
          <PreviewCard samples={samples} />
          {template !== null && !isReadOnly && changes.length > 0 && (
            <Card aria-labelledby="changes">
              <CardHeader id="changes">
                {t("changes.title", { from: template.version, to: template.version + 1 })}
              </CardHeader>
              <div className="p-4">
                <ChangeList changes={changes} />
              </div>
            </Card>
          )}
          {template !== null && <VersionList templateId={template.id} />}
        </div>
      </div>
    </EditorContext.Provider>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { useForm, useWatch } from "react-hook-form";

import { ChangeList } from "#components/templates/change-list.tsx";
import { EditorContext, type Editor } from "#components/templates/editor-context.ts";
import { EditorHeader } from "#components/templates/editor-header.tsx";
import { focusField } from "#components/templates/focus-field.ts";
import { IssueBanner } from "#components/templates/issue-banner.tsx";
import { JsonView, readDraft, type JsonDraft } from "#components/templates/json-view.tsx";
import { patched } from "#components/templates/patched.ts";
import { PreviewCard } from "#components/templates/preview-card.tsx";
import { SettingsForm } from "#components/templates/settings-form.tsx";
import {
  findFormIssues,
  findLacks,
  lackedName,
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
import type { EditorCapabilities, TemplateSummary } from "#lib/templates/view.ts";

type TemplateEditorProps = {
  /** Null for a new one. */
  template: TemplateSummary | null;
  samples: readonly SampleView[];
  /** Of the workers. */
  capabilities: EditorCapabilities;
  role: Role;
};

const asText = (spec: EncodeSpec) => JSON.stringify(spec, null, 2);

/** A template as a form or as JSON, checked as one types, with what it would run beside it. */
export function TemplateEditor({ template, samples, capabilities, role }: TemplateEditorProps) {
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

  const found = useMemo(
    () => (isReadOnly ? [] : findFormIssues(values, capabilities)),
    [isReadOnly, values, capabilities],
  );
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
      focusField(view === "json" && first.path.startsWith("spec") ? "spec-json" : first.path);
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
  const { spec } = values;
  const present = useMemo(
    () => new Set(findLacks(spec, capabilities).map(({ message }) => message)),
    [spec, capabilities],
  );
  const editor: Editor = {
    spec,
    setSpec,
    change: (changes) => setSpec(patched(spec, changes)),
    changeVideo: (changes) => spec.video && setSpec({ ...spec, video: patched(spec.video, changes) }),
    changeAudio: (changes) => spec.audio && setSpec({ ...spec, audio: patched(spec.audio, changes) }),
    issues,
    errorOf,
    lackOf: (changes) => {
      const lack = findLacks(patched(spec, changes), capabilities).find(
        ({ message }) => !present.has(message),
      );
      return lack ? t("errors.lacks", { message: lack.message, name: lackedName(lack.message) }) : null;
    },
  };
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
                  {...form.register("description", { onChange: save.forget })}
                  {...describedBy("description", { error: errorOf("description") })}
                  rows={1}
                  maxLength={500}
                />
              </Field>
            </div>
            {view === "form" && <SettingsForm />}
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
          {template !== null && <VersionList template={template} />}
        </div>
      </div>
    </EditorContext.Provider>
  );
}

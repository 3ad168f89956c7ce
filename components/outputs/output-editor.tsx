"use client";

import { useTranslations } from "next-intl";
import { FormProvider, useForm, useWatch } from "react-hook-form";

import { formOf, outputRules, type OutputFormValues } from "#components/outputs/output-form.ts";
import { OutputHeader } from "#components/outputs/output-header.tsx";
import { OutputSide } from "#components/outputs/output-side.tsx";
import { SaveAnywayDialog } from "#components/outputs/save-anyway-dialog.tsx";
import {
  AddressFields,
  BucketFields,
  FolderField,
  KeyFields,
  NameFields,
} from "#components/outputs/storage-fields.tsx";
import { TestPanel } from "#components/outputs/test-panel.tsx";
import { useOutputEditor } from "#components/outputs/use-output-editor.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import type { Role } from "#lib/context.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";

type OutputEditorProps = {
  /** Null for a new one. */
  output: OutputDetail | null;
  /** Folders that local Outputs lie in; empty for those who may not change Outputs. */
  roots: readonly string[];
  role: Role;
};

/** An Output's settings with a test of its connection under them, and what it is used for beside them. */
export function OutputEditor({ output, roots, role }: OutputEditorProps) {
  const form = useForm<OutputFormValues>({
    defaultValues: formOf(output, roots),
    resolver: outputRules(output === null),
  });
  return (
    <FormProvider {...form}>
      <OutputHeader output={output} isAdmin={role === "admin"} />
      <div className="flex flex-col gap-8 px-4 py-5 lg:flex-row lg:items-start lg:px-6">
        <Settings output={output} roots={roots} role={role} />
        {output !== null && <OutputSide output={output} role={role} />}
      </div>
    </FormProvider>
  );
}

function Settings({ output, roots, role }: OutputEditorProps) {
  const t = useTranslations("outputs.form");
  const common = useTranslations("common");
  const editor = useOutputEditor(output);
  const provider = useWatch<OutputFormValues, "provider">({ name: "provider" });
  const isArchived = output !== null && output.archivedAt !== null;
  const isReadOnly = role !== "admin" || isArchived;
  const isLocal = provider === "local";
  return (
    <form
      noValidate
      aria-label={t("label")}
      onSubmit={(event) => void editor.submit(event)}
      className="grid w-full max-w-[720px] min-w-0 flex-1 grid-cols-[minmax(0,1fr)] gap-5"
    >
      {role !== "admin" && <Banner tone="queued">{t("readOnly", { role: common(`role.${role}`) })}</Banner>}
      {isArchived && <Banner tone="partial">{t("archived")}</Banner>}
      {editor.failure && <Banner role="alert">{editor.failure}</Banner>}
      <fieldset
        disabled={isReadOnly}
        className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5 disabled:[&_:is(input,button)]:cursor-not-allowed disabled:[&_:is(input,button)]:text-muted"
      >
        <legend className="sr-only">{t("label")}</legend>
        <NameFields output={output} roots={roots} />
        {!isLocal && <BucketFields output={output} roots={roots} />}
        {isLocal && (output === null || output.folder !== null) && (
          <FolderField output={output} roots={roots} />
        )}
        {!isLocal && <KeyFields output={output} roots={roots} isReadOnly={isReadOnly} />}
        <AddressFields roots={roots} />
      </fieldset>
      <TestPanel
        test={editor.test}
        isLocal={isLocal}
        isRunning={editor.isTesting}
        isOld={editor.isTestOld}
        onTest={isReadOnly ? null : editor.runTest}
      />
      {!isReadOnly && (
        <div className="flex items-center justify-end gap-2 border-t border-border pt-4">
          {editor.problems > 0 && (
            <p role="status" className="me-auto text-xs text-failed-fg">
              {t("problems", { count: editor.problems })}
            </p>
          )}
          <ButtonLink href="/outputs" className="max-md:h-10 max-md:flex-1">
            {t("cancel")}
          </ButtonLink>
          <Button
            type="submit"
            variant="primary"
            className="max-md:h-10 max-md:flex-1"
            pending={editor.isSaving}
          >
            {t("save")}
          </Button>
        </div>
      )}
      <SaveAnywayDialog
        test={editor.warned}
        isLocal={isLocal}
        isSaving={editor.isSaving}
        onClose={editor.dismiss}
        onSave={editor.saveAnyway}
      />
    </form>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useFormContext } from "react-hook-form";

import type { OutputFormValues } from "#components/outputs/output-form.ts";
import { useTestWords } from "#components/outputs/use-test-words.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import type { OutputTest } from "#lib/outputs/view.ts";

type SaveAnywayDialogProps = {
  /** The test that failed; null while nothing is asked. */
  test: OutputTest | null;
  isLocal: boolean;
  isSaving: boolean;
  onClose: () => void;
  onSave: () => void;
};

/** Says what will not work before an Output is saved that failed its test. */
export function SaveAnywayDialog({ test, isLocal, isSaving, onClose, onSave }: SaveAnywayDialogProps) {
  const t = useTranslations("outputs.saveAnyway");
  const words = useTestWords(isLocal);
  const { getValues } = useFormContext<OutputFormValues>();
  const failed = test?.steps.find(({ ok, skipped }) => !ok && !skipped);
  if (test === null || failed === undefined) return null;
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t("title", { name: getValues("name") })}
      description={
        <>
          <b className="font-medium text-fg">{words.failed(failed)}</b> {words.fix(failed)}
        </>
      }
      confirmLabel={t("action")}
      tone={test.outcome === "cleanup" ? "primary" : "danger"}
      pending={isSaving}
      onConfirm={onSave}
    />
  );
}

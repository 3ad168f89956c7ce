"use client";

import { useState, type SubmitEvent } from "react";
import { useFormContext } from "react-hook-form";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { connectionKey, formOf, type OutputFormValues } from "#components/outputs/output-form.ts";
import { useOutputValues, useServerIssues } from "#components/outputs/use-output-form.ts";
import { useSaveOutput, useTestSettings } from "#components/outputs/use-save-output.ts";
import { ApiError } from "#lib/http/api-client.ts";
import type { OutputDetail, OutputTest } from "#lib/outputs/view.ts";

/** A test, and the settings that it was about. */
type Tested = { key: string; test: OutputTest };

/**
 * Testing and saving. A connection that is new or changed is tested before it is saved; when that fails a dialog says what
 * will not work, and saving goes on from there.
 */
export function useOutputEditor(output: OutputDetail | null) {
  const { handleSubmit, formState } = useFormContext<OutputFormValues>();
  const values = useOutputValues();
  const errorText = useErrorText();
  const toFields = useServerIssues();
  const tester = useTestSettings(output);
  const saver = useSaveOutput(output);
  const savedKey = output && connectionKey(formOf(output, []));
  const [own, setTested] = useState<Tested | null>(null);
  const tested = latest(
    own,
    savedKey !== null && output?.lastTest ? { key: savedKey, test: output.lastTest } : null,
  );
  const [failure, setFailure] = useState<string | null>(null);
  /** The settings that wait in the dialog. */
  const [waiting, setWaiting] = useState<{ values: OutputFormValues; test: OutputTest } | null>(null);

  function refuse(error: unknown): void {
    setWaiting(null);
    const isConflict = error instanceof ApiError && error.code === "conflict";
    if (!(error instanceof ApiError) || !toFields(error.issues, isConflict)) setFailure(errorText(error));
  }

  async function runTest(wanted: OutputFormValues): Promise<OutputTest | null> {
    setFailure(null);
    try {
      const test = await tester.mutateAsync(wanted);
      setTested({ key: connectionKey(wanted), test });
      return test;
    } catch (error) {
      refuse(error);
      return null;
    }
  }

  function save(wanted: OutputFormValues): void {
    setFailure(null);
    const isConnectionNew = connectionKey(wanted) !== savedKey;
    saver.mutate({ values: wanted, isConnectionNew }, { onError: refuse, onSuccess: () => setWaiting(null) });
  }

  async function testAndSave(wanted: OutputFormValues): Promise<void> {
    const key = connectionKey(wanted);
    if (key === savedKey) {
      save(wanted);
      return;
    }
    const test = tested?.key === key ? tested.test : await runTest(wanted);
    if (test === null) return;
    if (test.outcome === "ok") save(wanted);
    else setWaiting({ values: wanted, test });
  }

  const key = connectionKey(values);
  return {
    submit: (event: SubmitEvent<HTMLFormElement>) => handleSubmit(testAndSave)(event),
    runTest: () =>
      void handleSubmit(async (wanted) => {
        await runTest(wanted);
      })(),
    test: tested?.test ?? null,
    isTestOld: tested !== null && tested.key !== key,
    isTesting: tester.isPending,
    isSaving: saver.isPending || (tester.isPending && formState.isSubmitting && waiting === null),
    failure,
    problems: Object.keys(formState.errors).length,
    warned: waiting?.test ?? null,
    dismiss: () => setWaiting(null),
    saveAnyway: () => waiting && save(waiting.values),
  };
}

/** A test may also be run from the menu: the newer one counts. */
function latest(a: Tested | null, b: Tested | null): Tested | null {
  if (a === null || b === null) return a ?? b;
  return a.test.at >= b.test.at ? a : b;
}

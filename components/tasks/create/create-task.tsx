"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState, type KeyboardEvent } from "react";
import { FormProvider, useForm, useWatch } from "react-hook-form";

import { BackToTasks } from "#components/tasks/back-to-tasks.tsx";
import { useErrorText } from "#components/layout/use-error-text.ts";
import { EMPTY_FORM, type CreateFormValues } from "#components/tasks/create/create-form.ts";
import { previewsOf, reasonOf } from "#components/tasks/create/find-path-reason.ts";
import { InputSection } from "#components/tasks/create/input-section.tsx";
import { OutputSection } from "#components/tasks/create/output-section.tsx";
import { Preflight } from "#components/tasks/create/preflight.tsx";
import { probeQuery } from "#components/tasks/create/probe-query.ts";
import { readRemembered, remember } from "#components/tasks/create/remembered-choices.ts";
import { RequestView } from "#components/tasks/create/request-view.tsx";
import { SummaryBar } from "#components/tasks/create/summary-bar.tsx";
import { TaskSummary } from "#components/tasks/create/task-summary.tsx";
import { TemplateSection } from "#components/tasks/create/template-section.tsx";
import { useCreateTasks, type CreateOutcome } from "#components/tasks/create/use-create-tasks.ts";
import { useDebounced } from "#components/tasks/create/use-debounced.ts";
import { SERVER_ERROR } from "#components/tasks/create/use-field-error.ts";
import { useFormErrors } from "#components/tasks/create/use-form-errors.ts";
import { useFormRules } from "#components/tasks/create/use-form-rules.ts";
import { useSources } from "#components/tasks/create/use-sources.ts";
import { useSummary } from "#components/tasks/create/use-summary.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import { outputChoicesQuery } from "#components/tasks/list/task-list-queries.ts";
import { useUploads } from "#components/uploads/uploads-provider.tsx";
import type { Role } from "#lib/context.ts";
import { ApiError } from "#lib/http/api-client.ts";
import type { OutputView } from "#lib/outputs/view.ts";
import type { SampleView } from "#lib/samples/view.ts";
import type { TemplateView } from "#lib/templates/view.ts";
import type { SourceView } from "#lib/tasks/view.ts";

/** Typing pauses this long before the server looks into an address. */
const PROBE_PAUSE_MILLISECONDS = 500;

export type CreateTaskProps = {
  templates: readonly TemplateView[];
  outputs: OutputView[];
  samples: readonly SampleView[];
  role: Role;
  /** The request and the source of the task that is duplicated. */
  duplicate: { values: CreateFormValues; source: SourceView } | null;
};

/** Create a new Task: one page, three numbered sections and a summary with Confirm. */
export function CreateTask({ templates, samples, role, duplicate, ...start }: CreateTaskProps) {
  const t = useTranslations("create");
  const common = useTranslations("common");
  const tPath = useTranslations("errors.outputPath");
  const errorText = useErrorText();
  const router = useRouter();
  const [view, setView] = useState<"form" | "json" | "curl">("form");
  const [submitError, setSubmitError] = useState<string | null>(null);
  const form = useForm<CreateFormValues>({
    resolver: useFormRules(),
    defaultValues: duplicate?.values ?? EMPTY_FORM,
    // Our own order: what is above comes first, also where a field is several controls.
    shouldFocusError: true,
  });
  const values = useWatch({ control: form.control }) as CreateFormValues;
  // One that is added in another tab is here when the person comes back, and the form is as it was.
  const { data: choices } = useQuery({
    ...outputChoicesQuery(),
    initialData: { items: start.outputs },
    refetchOnWindowFocus: "always",
  });
  const outputs = choices.items;
  const uploads = useUploads();
  const [urls, checkNow] = useDebounced(values.urls, PROBE_PAUSE_MILLISECONDS);
  const chosen = {
    mode: values.mode,
    sample: values.sample,
    uploads,
    samples,
    kept: duplicate?.source ?? null,
  };
  const sources = useSources({ ...chosen, urls });
  const only = sources.length === 1 ? sources[0] : undefined;
  const { data: probe } = useQuery(probeQuery(only?.isReadable ? only.source : null));
  const media = probe?.mediaInfo ?? null;
  const chosenTemplates = values.templates.flatMap((id) =>
    templates.filter((template) => template.id === id),
  );
  const output = outputs.find(({ id }) => id === values.outputId) ?? null;
  const facts = useSummary({ sources, media, templates: chosenTemplates, output });
  const errors = useFormErrors(form, submitError);
  const createTasks = useCreateTasks();
  const client = useQueryClient();
  const typedSources = useSources({ ...chosen, urls: values.urls });

  useRememberedChoices(form, { templates, outputs, isOff: duplicate !== null });

  const submit = form.handleSubmit(async (wanted) => {
    setSubmitError(null);
    // What stands in the field, not what stood there half a second ago.
    if (typedSources.length === 0) {
      form.setError("mode", { type: "custom", message: "noFile" });
      return;
    }
    const unreadable = typedSources.filter(
      ({ source }) => client.getQueryData(probeQuery(source).queryKey)?.failure,
    );
    if (unreadable.length > 0) {
      const message = t("errors.unreadable", { names: unreadable.map(({ label }) => label).join(", ") });
      form.setError(
        fieldOf("source", wanted.mode) ?? "mode",
        { type: SERVER_ERROR, message },
        { shouldFocus: true },
      );
      return;
    }
    const reason = typedSources
      .map(({ inputName }) =>
        reasonOf(previewsOf(wanted.outputPattern, inputName, Date.now(), chosenTemplates)),
      )
      .find((found) => found !== undefined);
    if (reason !== undefined) {
      const message = tPath(reason.code, reason.params);
      form.setError("outputPattern", { type: SERVER_ERROR, message }, { shouldFocus: true });
      return;
    }
    const outcome = await createTasks.mutateAsync({ sources: typedSources, values: wanted });
    const { templates: ids, outputId, outputPattern } = wanted;
    if (outcome.tasks.length > 0) remember({ templates: ids, outputId, outputPattern });
    if (outcome.failures.length > 0) {
      showFailures(outcome);
      return;
    }
    const [task] = outcome.tasks;
    router.push(outcome.tasks.length === 1 && task ? `/tasks/${encodeURIComponent(task.id)}` : "/tasks");
  });

  function showFailures({ failures, tasks }: CreateOutcome) {
    const [failure] = failures;
    if (!failure) return;
    const prefix = tasks.length + failures.length > 1 ? `${failure.label}: ` : "";
    const issues = failure.error instanceof ApiError ? failure.error.issues : [];
    for (const { path, message } of issues) {
      const field = fieldOf(path, values.mode);
      if (field)
        form.setError(field, { type: SERVER_ERROR, message: prefix + message }, { shouldFocus: true });
    }
    const isOnFields = issues.length > 0 && issues.every(({ path }) => fieldOf(path, values.mode) !== null);
    const made = tasks.length > 0 ? ` ${t("summary.partlyCreated", { count: tasks.length })}` : "";
    const sentence = errorText(failure.error);
    setSubmitError(isOnFields ? (made === "" ? null : made.trim()) : prefix + sentence + made);
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (!createTasks.isPending && confirm.disabledReason === null) void submit();
  };
  const confirm = {
    isPending: createTasks.isPending || (createTasks.isSuccess && createTasks.data.failures.length === 0),
    disabledReason:
      role === "viewer"
        ? common("needsRole", { role: common("role.viewer"), needed: common("role.operator") })
        : null,
    errors,
  };

  // The server has looked into the one input: it knows what would become of it.
  const lookedAt = probe !== undefined && role !== "viewer" ? (only?.source ?? null) : null;
  const preflight = <Preflight source={lookedAt} values={values} />;

  return (
    <FormProvider {...form}>
      <form
        noValidate
        onSubmit={(event) => void submit(event)}
        onKeyDown={onKeyDown}
        className="mx-auto w-full max-w-page px-4 pb-12 max-lg:pb-28 lg:px-6"
      >
        <div className="flex items-start gap-8">
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-x-4 gap-y-3 pt-4 lg:pt-6">
              <div className="min-w-0">
                <BackToTasks />
                <h1 className="text-lg font-semibold">{t("title")}</h1>
              </div>
              <Segmented
                aria-label={t("view")}
                className="ms-auto"
                value={view}
                onValueChange={setView}
                items={[
                  { value: "form", label: t("form") },
                  { value: "json", label: "JSON" },
                  { value: "curl", label: "cURL" },
                ]}
              />
            </div>
            {view === "form" ? (
              <>
                <InputSection
                  samples={samples}
                  kept={duplicate?.source ?? null}
                  sources={sources}
                  onCheck={checkNow}
                />
                <TemplateSection templates={templates} media={media} />
                <OutputSection
                  outputs={outputs}
                  canAdd={role === "admin"}
                  chosenTemplates={chosenTemplates}
                  sources={sources}
                />
              </>
            ) : (
              <RequestView format={view} values={values} sources={typedSources} />
            )}
          </div>
          <TaskSummary facts={facts} confirm={confirm} preflight={preflight} />
        </div>
        <SummaryBar facts={facts} confirm={confirm} preflight={preflight} />
      </form>
    </FormProvider>
  );
}

/** The form's field that an issue of the API belongs to. */
function fieldOf(path: string, mode: CreateFormValues["mode"]) {
  const head = path.split(".")[0] ?? "";
  switch (head) {
    case "source":
      return mode === "url" ? "urls" : mode === "sample" ? "sample" : "mode";
    case "templates":
    case "outputId":
    case "outputPattern":
    case "priority":
    case "tags":
    case "userData":
      return head;
    default:
      return null;
  }
}

type Lists = { templates: readonly TemplateView[]; outputs: readonly OutputView[]; isOff: boolean };

/** Fills in the last template and Output, as far as they are still there; one Output alone needs no choosing. */
function useRememberedChoices(
  form: ReturnType<typeof useForm<CreateFormValues>>,
  { templates, outputs, isOff }: Lists,
) {
  useEffect(() => {
    if (isOff || form.formState.isDirty) return;
    const last = readRemembered();
    const known = (last?.templates ?? []).filter((id) => templates.some((template) => template.id === id));
    const outputId =
      outputs.find(({ id }) => id === last?.outputId)?.id ??
      (outputs.length === 1 ? (outputs[0]?.id ?? "") : "");
    form.reset({
      ...form.getValues(),
      templates: known,
      outputId,
      outputPattern: last?.outputPattern ?? EMPTY_FORM.outputPattern,
    });
    // Once: later changes of the lists must not undo what the operator chose.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}

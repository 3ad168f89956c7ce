"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import { taskQuery } from "#components/tasks/detail/task-query.ts";
import { requestFor, type CreateFormValues } from "#components/tasks/create/create-form.ts";
import type { ChosenSource } from "#components/tasks/create/use-sources.ts";
import { useUploadQueue } from "#components/uploads/uploads-provider.tsx";
import { api, ApiError } from "#lib/http/api-client.ts";
import type { CreateTaskInput } from "#lib/tasks/schema.ts";
import type { TaskView } from "#lib/tasks/view.ts";

export type CreateFailure = { label: string; error: Error };
export type CreateOutcome = { tasks: TaskView[]; failures: CreateFailure[] };

/**
 * Makes a task of each input, one after another. Each request carries an idempotency key that it keeps over retries of
 * the same content, so that pressing Confirm again after a lost answer or a half-failed batch makes nothing twice.
 */
export function useCreateTasks() {
  const client = useQueryClient();
  const uploads = useUploadQueue();
  const keys = useRef(new Map<string, string>());

  const create = async (source: ChosenSource, values: CreateFormValues): Promise<TaskView> => {
    const wanted =
      source.source ?? (source.uploadKey === null ? null : await uploadedSource(source.uploadKey));
    if (wanted === null) throw new ApiError("internal", "This input has no source.", 0);
    const request: CreateTaskInput = requestFor(wanted, values);
    const content = JSON.stringify(request);
    const key = keys.current.get(content) ?? randomKey();
    keys.current.set(content, key);
    const task = await api.post<TaskView>("/tasks", request, { headers: { "Idempotency-Key": key } });
    if (source.uploadKey !== null) uploads.assign(source.uploadKey, task.id);
    client.setQueryData(taskQuery(task.id).queryKey, task);
    return task;
  };
  const uploadedSource = async (key: string) => ({
    type: "upload" as const,
    uploadId: await uploads.waitForUploadId(key),
  });

  return useMutation({
    mutationFn: async ({
      sources,
      values,
    }: {
      sources: readonly ChosenSource[];
      values: CreateFormValues;
    }): Promise<CreateOutcome> => {
      const outcome: CreateOutcome = { tasks: [], failures: [] };
      for (const source of sources) {
        try {
          outcome.tasks.push(await create(source, values));
        } catch (thrown) {
          const error = thrown instanceof Error ? thrown : new Error(String(thrown));
          outcome.failures.push({ label: source.label, error });
          // What is wrong with the template, the Output or the session is wrong for every input.
          if (error instanceof ApiError && !error.issues.some(({ path }) => path.startsWith("source"))) break;
        }
      }
      if (outcome.failures.length === 0) keys.current.clear();
      await client.invalidateQueries({ queryKey: ["tasks", "list"] });
      return outcome;
    },
  });
}

/** 128 random bits in hex. `crypto.randomUUID` is missing where the console is opened over plain HTTP. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

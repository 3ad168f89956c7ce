"use client";

import { useMutation } from "@tanstack/react-query";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { toast } from "#components/ui/toast.tsx";

type TaskAction = {
  task: { id: string };
  /** What is done, once it was confirmed. */
  run: () => Promise<unknown>;
  /** What the toast says afterwards. */
  done: string;
  onOpenChange: (open: boolean) => void;
  onDone: (id: string) => void;
};

/** One action behind a ConfirmDialog: these are its props. A refusal stays in the dialog until that closes. */
export function useTaskAction({ task, run, done, onOpenChange, onDone }: TaskAction) {
  const errorText = useErrorText();
  const action = useMutation({
    mutationFn: run,
    onSuccess: () => {
      onOpenChange(false);
      toast.add({ type: "succeeded", title: done });
      onDone(task.id);
    },
  });
  return {
    onOpenChange: (isOpen: boolean) => {
      action.reset();
      onOpenChange(isOpen);
    },
    pending: action.isPending,
    error: action.error ? errorText(action.error) : null,
    onConfirm: () => action.mutate(),
  };
}

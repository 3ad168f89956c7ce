"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CirclePlay, Hourglass, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { workersQuery } from "#components/workers/workers-query.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { Role } from "#lib/context.ts";
import { api } from "#lib/http/api-client.ts";
import type { WorkerView } from "#lib/workers/view.ts";

/** Drain or Resume while it answers, Remove when it does not; for admins. */
export function WorkerActions({ worker, role }: { worker: WorkerView; role: Role }) {
  const t = useTranslations("workers.actions");
  const common = useTranslations("common");
  const client = useQueryClient();
  const errorText = useErrorText();
  const [isAsking, setIsAsking] = useState(false);
  const { name } = worker;
  const path = `/workers/${worker.id}`;
  const denied =
    role === "admin"
      ? null
      : common("needsRole", { role: common(`role.${role}`), needed: common("role.admin") });
  const refresh = () => client.invalidateQueries({ queryKey: workersQuery().queryKey });

  const change = useMutation({
    mutationFn: (verb: "drain" | "resume") => api.post<WorkerView>(`${path}/${verb}`),
    onSuccess: (next, verb) => {
      client.setQueryData(
        workersQuery().queryKey,
        (old) => old && { items: old.items.map((item) => (item.id === next.id ? next : item)) },
      );
      toast.add({ type: "succeeded", title: t(verb === "drain" ? "drained" : "resumed", { name }) });
    },
    // It went, or somebody else was faster: what is there now says so.
    onError: () => void refresh(),
  });
  const remove = useMutation({
    mutationFn: () => api.delete(path),
    onSuccess: async () => {
      setIsAsking(false);
      toast.add({ type: "succeeded", title: t("removed", { name }) });
      await refresh();
    },
  });

  if (worker.state === "offline")
    return (
      <>
        <Button
          size="sm"
          variant="danger"
          className="max-md:h-10"
          aria-label={t("removeNamed", { name })}
          disabledReason={denied}
          onClick={() => setIsAsking(true)}
        >
          <Trash2 size={16} aria-hidden />
          {t("remove")}
        </Button>
        <RemoveDialog
          name={name}
          open={isAsking}
          onOpenChange={(open) => {
            if (!open) remove.reset();
            setIsAsking(open);
          }}
          pending={remove.isPending}
          error={remove.error && errorText(remove.error)}
          onConfirm={() => remove.mutate()}
        />
      </>
    );

  const isDrained = worker.drainRequestedAt !== null;
  const stopping = worker.state === "draining" && !isDrained ? t("stopping") : null;
  const verb = isDrained ? "resume" : "drain";
  const Icon = isDrained ? CirclePlay : Hourglass;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {change.error && (
        <p role="alert" className="text-failed-fg">
          {errorText(change.error)}
        </p>
      )}
      <Button
        size="sm"
        className="max-md:h-10"
        aria-label={t(isDrained ? "resumeNamed" : "drainNamed", { name })}
        disabledReason={denied ?? stopping}
        pending={change.isPending}
        onClick={() => change.mutate(verb)}
      >
        <Icon size={16} aria-hidden />
        {t(verb)}
      </Button>
    </div>
  );
}

type RemoveDialogProps = {
  name: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  pending: boolean;
  error: string | null;
  onConfirm: () => void;
};

function RemoveDialog({ name, ...rest }: RemoveDialogProps) {
  const t = useTranslations("workers.remove");
  return (
    <ConfirmDialog
      {...rest}
      title={t("title", { name })}
      description={t("body")}
      confirmLabel={t("confirm")}
    />
  );
}

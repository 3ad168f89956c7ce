"use client";

import { useTranslations } from "next-intl";
import { useState, useSyncExternalStore } from "react";

import { curlCommand } from "#components/tasks/curl-command.ts";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { requestOfTask } from "#components/tasks/request-of-task.ts";
import type { TaskView } from "#lib/tasks/view.ts";

type Shown = "request" | "state" | "curl";

/** The task as programs see it: what was asked, how it stands, and the call that would ask again. */
export function JsonPanel({ task }: { task: TaskView }) {
  const t = useTranslations("detail.json");
  const [shown, setShown] = useState<Shown>("request");
  const origin = useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "",
  );
  const request = requestOfTask(task);
  const text =
    shown === "request"
      ? JSON.stringify(request, null, 2)
      : shown === "state"
        ? JSON.stringify(task, null, 2)
        : curlCommand(origin, [request]);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <Segmented
        aria-label={t("label")}
        value={shown}
        onValueChange={setShown}
        items={[
          { value: "request", label: t("request") },
          { value: "state", label: t("state") },
          { value: "curl", label: "cURL" },
        ]}
        className="justify-self-start"
      />
      <CodeBlock text={text} label={t(shown)} />
    </div>
  );
}

const never = () => () => undefined;

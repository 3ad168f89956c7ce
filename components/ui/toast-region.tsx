"use client";

import { Toast as Base } from "@base-ui/react/toast";
import { CircleCheck, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect } from "react";

import { FailedCircle } from "#components/ui/icons.tsx";
import { connectToasts } from "#components/ui/toast.tsx";

const manager = Base.createToastManager();

/** Where toasts appear. Shows those too that were added before it was here. */
export function ToastRegion() {
  useEffect(() => connectToasts((options) => manager.add(options)), []);
  return (
    <Base.Provider toastManager={manager} limit={3} timeout={6000}>
      <Base.Portal>
        <Base.Viewport className="fixed inset-x-4 bottom-4 z-60 mx-auto flex max-w-[380px] flex-col gap-2 sm:inset-x-auto sm:right-4 sm:bottom-16 sm:w-[380px] lg:right-20">
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function ToastList() {
  const t = useTranslations("common");
  const { toasts } = Base.useToastManager();
  return toasts.map((item) => (
    <Base.Root
      key={item.id}
      toast={item}
      className="rounded-lg border border-border bg-raised shadow-3 transition-[opacity,translate] duration-(--dur-base) ease-out data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-1 data-starting-style:opacity-0"
    >
      <Base.Content className="flex items-start gap-2 p-3">
        {item.type === "succeeded" && <CircleCheck size={16} aria-hidden className="mt-0.5 text-succeeded" />}
        {item.type === "failed" && <FailedCircle className="mt-0.5 text-failed" />}
        <div className="min-w-0 flex-1">
          <Base.Title className="font-medium" render={<p />} />
          <Base.Description className="break-words text-muted" />
          <Base.Action className="mt-1 font-medium text-accent-fg underline-offset-3 hover:underline" />
        </div>
        <Base.Close
          aria-label={t("close")}
          className="-m-1 grid size-7 flex-none place-items-center rounded-md text-muted hover:bg-hover"
        >
          <X size={14} aria-hidden />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}

"use client";

import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { useState } from "react";

import { useErrorText } from "#components/layout/use-error-text.ts";
import { CallbackRate, TaskLink } from "#components/outputs/output-facts.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card, CardHeader, Fact, Facts } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { toast } from "#components/ui/toast.tsx";
import { SecretDialog, type ShownSecret } from "#components/webhooks/secret-dialog.tsx";
import type { Role } from "#lib/context.ts";
import { api } from "#lib/http/api-client.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";

/** What an Output is used for, and how its callbacks fare. */
export function OutputSide({ output, role }: { output: OutputDetail; role: Role }) {
  const t = useTranslations("outputs.side");
  const list = useTranslations("outputs");
  return (
    <aside
      aria-label={t("label")}
      className="grid w-full flex-none grid-cols-[minmax(0,1fr)] content-start gap-4 lg:w-[296px]"
    >
      <Card>
        <CardHeader>{t("use")}</CardHeader>
        <Facts>
          <Fact name={t("id")}>
            <span className="inline-flex items-center gap-1 font-mono text-xs tracking-[-0.01em] break-all">
              {output.id}
              <CopyButton text={output.id} size={24} />
            </span>
          </Fact>
          <Fact name={t("location")}>
            <span className="font-mono text-xs/5 tracking-[-0.01em]">{output.location}</span>
          </Fact>
          <Fact name={t("tasks")}>
            <TaskLink output={output} />
          </Fact>
          <Fact name={t("lastUsed")}>
            {output.lastUsedAt === null ? list("never") : <RelativeTime iso={output.lastUsedAt} />}
          </Fact>
          <Fact name={t("created")}>
            <RelativeTime iso={output.createdAt} />
          </Fact>
        </Facts>
      </Card>
      {output.callbackUrl !== null && <CallbackCard output={output} role={role} />}
    </aside>
  );
}

function CallbackCard({ output, role }: { output: OutputDetail; role: Role }) {
  const t = useTranslations("outputs.side");
  const webhooks = useTranslations("webhooks");
  const errorText = useErrorText();
  const [shown, setShown] = useState<ShownSecret | null>(null);
  const reveal = useMutation({
    mutationFn: () =>
      api.post<{ secret: string }>(`/webhooks/callbacks/${encodeURIComponent(output.id)}/secret`),
    onSuccess: ({ secret }) => setShown({ secret, why: "callback" }),
    onError: (error) =>
      toast.add({ type: "failed", title: webhooks("done.failed"), description: errorText(error) }),
  });
  return (
    <Card>
      <CardHeader>{t("callback")}</CardHeader>
      <Facts>
        <Fact name={t("address")}>
          <span className="font-mono text-xs/5 tracking-[-0.01em]">{output.callbackUrl}</span>
        </Fact>
        <Fact name={t("deliveries")}>
          <CallbackRate output={output} />
          <Link
            href="/webhooks?tab=deliveries"
            className="block text-accent-fg underline-offset-3 hover:underline"
          >
            {t("showDeliveries")}
          </Link>
        </Fact>
      </Facts>
      {role === "admin" && (
        <div className="border-t border-border px-4 py-3">
          <Button
            size="sm"
            className="max-md:h-10"
            pending={reveal.isPending}
            onClick={() => reveal.mutate()}
          >
            <KeyRound size={16} aria-hidden />
            {t("secret")}
          </Button>
        </div>
      )}
      <SecretDialog shown={shown} onClose={() => setShown(null)} />
    </Card>
  );
}

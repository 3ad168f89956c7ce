"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { accessKeysQuery } from "#components/access-keys/access-keys-query.ts";
import { AccessKeyTable } from "#components/access-keys/access-key-table.tsx";
import { CreateKeyDialog } from "#components/access-keys/create-key-dialog.tsx";
import { RevokeKeyDialog } from "#components/access-keys/revoke-key-dialog.tsx";
import { PageHead } from "#components/layout/page-head.tsx";
import { useErrorText } from "#components/layout/use-error-text.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { OnceDialog } from "#components/ui/once-dialog.tsx";
import type { AccessKeyView, CreatedAccessKey } from "#lib/access-keys/view.ts";

/** The page of access keys, for an admin. */
export function AccessKeys() {
  const t = useTranslations("keys");
  const errorText = useErrorText();
  const { data, error, refetch } = useQuery(accessKeysQuery());
  const [dialog, setDialog] = useState<"create" | null>(null);
  const [created, setCreated] = useState<CreatedAccessKey | null>(null);
  const [revoking, setRevoking] = useState<{ key: AccessKeyView; open: boolean } | null>(null);

  const createButton = (
    <Button variant="primary" onClick={() => setDialog("create")}>
      <Plus size={16} aria-hidden />
      {t("create.open")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("title")}>{createButton}</PageHead>
      <p className="max-w-prose px-4 pb-3 text-muted lg:px-6">{t("intro")}</p>
      {error && (
        <div className="px-4 pb-3 lg:px-6">
          <Banner
            role="alert"
            action={
              <Button size="sm" onClick={() => void refetch()}>
                {t("retry")}
              </Button>
            }
          >
            {errorText(error)}
          </Banner>
        </div>
      )}
      {data?.items.length === 0 ? (
        <div className="border-t border-border">
          <EmptyState icon={<KeyRound size={20} aria-hidden />} title={t("empty.title")}>
            {t("empty.body")}
          </EmptyState>
        </div>
      ) : (
        data && <AccessKeyTable keys={data.items} onRevoke={(key) => setRevoking({ key, open: true })} />
      )}
      {dialog === "create" && (
        <CreateKeyDialog
          onClose={() => setDialog(null)}
          onCreated={(made) => {
            setDialog(null);
            setCreated(made);
            void refetch();
          }}
        />
      )}
      {created && (
        <OnceDialog
          open
          title={t("secret.title", { name: created.key.name })}
          description={t("secret.body")}
          items={[
            { label: t("secret.id"), value: created.key.accessKeyId },
            { label: t("secret.secret"), value: created.secret },
          ]}
          onClose={() => setCreated(null)}
        />
      )}
      {revoking && (
        <RevokeKeyDialog
          key={revoking.key.id}
          accessKey={revoking.key}
          open={revoking.open}
          onOpenChange={(open) => setRevoking({ ...revoking, open })}
          onDone={() => void refetch()}
        />
      )}
    </>
  );
}

"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useSyncExternalStore } from "react";

import { SessionDialog } from "#components/session/session-dialog.tsx";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { sessionGate } from "#lib/http/session-gate.ts";

/** Under the header: asks for a sign-in when the session has ended, and says so while that is put off. */
export function SessionGuard({ email }: { email: string }) {
  const t = useTranslations("session");
  const client = useQueryClient();
  const state = useSyncExternalStore(sessionGate.subscribe, sessionGate.getSnapshot, () => "active" as const);
  useEffect(() => sessionGate.guard(), []);

  function goOn() {
    sessionGate.restore();
    toast.add({ type: "succeeded", title: t("restored") });
    // Whatever was asked for meanwhile was refused.
    void client.invalidateQueries();
  }

  return (
    <>
      {state === "dismissed" && (
        <div className="sticky top-12 z-20 bg-surface px-4 py-2 lg:px-6">
          <Banner
            tone="partial"
            role="status"
            action={
              <Button size="sm" onClick={() => sessionGate.reopen()}>
                {t("signIn")}
              </Button>
            }
          >
            {t("signedOut")}
          </Banner>
        </div>
      )}
      <SessionDialog
        isOpen={state === "ended"}
        email={email}
        onSignedIn={goOn}
        onDismiss={() => sessionGate.dismiss()}
      />
    </>
  );
}

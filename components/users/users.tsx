"use client";

import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { PageHead } from "#components/layout/page-head.tsx";
import { useErrorText } from "#components/layout/use-error-text.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { OnceDialog } from "#components/ui/once-dialog.tsx";
import { InviteDialog } from "#components/users/invite-dialog.tsx";
import { InviteTable } from "#components/users/invite-table.tsx";
import { RoleDialog } from "#components/users/role-dialog.tsx";
import { UserActionDialog, type UserAction } from "#components/users/user-action-dialog.tsx";
import { UserTable } from "#components/users/user-table.tsx";
import { invitesQuery, usersQuery } from "#components/users/users-queries.ts";
import { WithdrawDialog } from "#components/users/withdraw-dialog.tsx";
import type { CreatedInvite, InviteView } from "#lib/invites/view.ts";
import type { UserView } from "#lib/users/view.ts";

type Asked =
  | { what: "invite" }
  | { what: "role"; user: UserView }
  | { what: UserAction; user: UserView }
  | { what: "withdraw"; invite: InviteView };

/** The page of users and roles, for an admin. `selfId`: `usr_…` of the one who looks. */
export function Users({ selfId }: { selfId: string }) {
  const t = useTranslations("users");
  const errorText = useErrorText();
  const users = useQuery(usersQuery());
  const invites = useQuery(invitesQuery());
  const [asked, setAsked] = useState<Asked | null>(null);
  const [made, setMade] = useState<CreatedInvite | null>(null);
  const error = users.error ?? invites.error;

  const close = () => setAsked(null);
  function refresh() {
    void users.refetch();
    void invites.refetch();
  }
  function showLink(link: CreatedInvite) {
    close();
    setMade(link);
    refresh();
  }
  return (
    <>
      <PageHead title={t("title")}>
        <Button variant="primary" onClick={() => setAsked({ what: "invite" })}>
          <UserPlus size={16} aria-hidden />
          {t("invite.open")}
        </Button>
      </PageHead>
      {error && (
        <div className="px-4 pb-3 lg:px-6">
          <Banner
            role="alert"
            action={
              <Button size="sm" onClick={refresh}>
                {t("retry")}
              </Button>
            }
          >
            {errorText(error)}
          </Banner>
        </div>
      )}
      {users.data && (
        <UserTable
          users={users.data.items}
          selfId={selfId}
          onAction={(what, user) => setAsked({ what, user })}
        />
      )}
      {invites.data && invites.data.items.length > 0 && (
        <section aria-labelledby="open-links" className="mt-8">
          <h2 id="open-links" className="px-4 text-md font-semibold lg:px-6">
            {t("links.title")}
          </h2>
          <p className="mt-1 mb-3 px-4 text-muted lg:px-6">{t("links.intro")}</p>
          <InviteTable
            invites={invites.data.items}
            onWithdraw={(invite) => setAsked({ what: "withdraw", invite })}
          />
        </section>
      )}
      {asked?.what === "invite" && <InviteDialog onClose={close} onCreated={showLink} />}
      {asked?.what === "role" && <RoleDialog user={asked.user} onClose={close} onDone={refresh} />}
      {asked?.what === "withdraw" && (
        <WithdrawDialog invite={asked.invite} onClose={close} onDone={refresh} />
      )}
      {(asked?.what === "disable" || asked?.what === "enable" || asked?.what === "reset") && (
        <UserActionDialog
          action={asked.what}
          user={asked.user}
          onClose={close}
          onDone={refresh}
          onLink={showLink}
        />
      )}
      {made && (
        <OnceDialog
          open
          title={t(`link.${made.invite.kind}`, { email: made.invite.email })}
          description={t("link.body")}
          items={[{ label: t("link.label"), value: made.link }]}
          onClose={() => setMade(null)}
        />
      )}
    </>
  );
}

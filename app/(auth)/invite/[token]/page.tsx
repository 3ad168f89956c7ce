import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { AcceptForm } from "#components/invites/accept-form.tsx";
import { InviteDead } from "#components/invites/invite-dead.tsx";
import { findOpenInvite } from "#lib/invites/find-open-invite.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("invite");
  // The address is a credential: no page that is linked from here may learn it.
  return { title: t("pageTitle"), referrer: "no-referrer" };
}

type PageProps = { params: Promise<{ token: string }> };

/** For whoever holds the link, signed in or not. Looking at it does not use it up. */
export default async function InvitePage({ params }: PageProps) {
  const { token } = await params;
  const invite = await findOpenInvite(token);
  return invite === null ? <InviteDead /> : <AcceptForm token={token} invite={invite} />;
}

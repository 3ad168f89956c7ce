import type { Role } from "#lib/context.ts";

export type InviteKind = "invite" | "reset";

/** A link that was neither used nor withdrawn, as admins see it: never its token. */
export type InviteView = {
  /** `inv_…` */
  id: string;
  /** For a new user, or for an existing one's password. */
  kind: InviteKind;
  email: string;
  role: Role;
  /** Name of the admin or the access key that made it. */
  createdBy: string;
  createdAt: string;
  /** ISO 8601; in the past when it has expired. */
  expiresAt: string;
};

/** The only answer that ever holds the link. */
export type CreatedInvite = { invite: InviteView; link: string };

/** What the holder of a link sees. */
export type OpenInvite = { kind: InviteKind; email: string; name: string; project: string };

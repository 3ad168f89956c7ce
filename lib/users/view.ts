import type { Role } from "#lib/context.ts";

/** A member of the project. */
export type UserView = {
  /** `usr_…` */
  id: string;
  email: string;
  name: string;
  role: Role;
  state: "active" | "disabled";
  /** ISO 8601; null = never. */
  lastSignInAt: string | null;
  createdAt: string;
};

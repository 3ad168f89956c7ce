import * as z from "zod";

import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "#lib/accounts/schema.ts";
import { ROLES } from "#lib/context.ts";
import { INVISIBLE_REFUSED, isPlainLine } from "#lib/plain-text.ts";

/** A link works this long, and once. */
export const INVITE_DAYS = 7;

/** Body of POST /api/v1/invites, and its form. */
export const createInviteSchema = z.object({
  email: z
    .string()
    .trim()
    .toLowerCase()
    .max(320, "Use at most 320 characters.")
    // No more than that one can be told from another: the address is a name here, no mail is sent.
    .regex(/^[^\s@\p{C}]+@[^\s@\p{C}]+$/u, "Give an e-mail address, for example li@example.com."),
  role: z.enum(ROLES),
});
export type CreateInvite = z.infer<typeof createInviteSchema>;

/** Body of POST /api/v1/invites/accept. `name` is needed for a new user alone. */
export const acceptInviteSchema = z.object({
  token: z.string().max(200),
  name: z
    .string()
    .trim()
    .max(100, "Use at most 100 characters.")
    .refine(isPlainLine, INVISIBLE_REFUSED)
    .optional(),
  password: z
    .string()
    .min(PASSWORD_MIN_LENGTH, `Use at least ${PASSWORD_MIN_LENGTH} characters.`)
    .max(PASSWORD_MAX_LENGTH, `Use at most ${PASSWORD_MAX_LENGTH} characters.`),
});
export type AcceptInvite = z.infer<typeof acceptInviteSchema>;

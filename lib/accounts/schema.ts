import * as z from "zod";

/** Also the limits of ADMIN_PASSWORD in lib/env.ts. */
export const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 256;

/** What the sign-in form sends. */
export const signInSchema = z.object({
  email: z.string().min(1).max(320),
  password: z.string().min(1).max(PASSWORD_MAX_LENGTH),
});
export type SignIn = z.infer<typeof signInSchema>;

/** Body of POST /api/v1/account/password, and its form. */
export const changePasswordSchema = z.object({
  currentPassword: z.string().min(1, "Give your current password.").max(PASSWORD_MAX_LENGTH),
  newPassword: z
    .string()
    .min(PASSWORD_MIN_LENGTH, `Use at least ${PASSWORD_MIN_LENGTH} characters.`)
    .max(PASSWORD_MAX_LENGTH, `Use at most ${PASSWORD_MAX_LENGTH} characters.`),
});
export type ChangePassword = z.infer<typeof changePasswordSchema>;

import * as z from "zod";

/** What the log knows, "<kind of object>.<verb>". The console has a word for each in its `audit` catalogue. */
export const AUDIT_ACTIONS = [
  "session.sign_in",
  "session.sign_in_failed",
  "task.create",
  "task.cancel",
  "task.retry",
  "task.delete",
  "template.create",
  "template.update",
  "template.clone",
  "template.archive",
  "output.create",
  "output.update",
  "output.archive",
  "output.unarchive",
  "output.delete",
  "output.test",
  "template.unarchive",
  "template.delete",
  "webhook.create",
  "webhook.delete",
  "webhook.enable",
  "webhook.disable",
  "webhook.rotate",
  "webhook.test",
  "webhook.resend",
  "webhook.show_callback_secret",
  "worker.drain",
  "worker.resume",
  "worker.remove",
  "access_key.create",
  "access_key.revoke",
  "invite.create",
  "invite.withdraw",
  "user.join",
  "user.change_role",
  "user.disable",
  "user.enable",
  "user.reset_link",
  "user.reset_password",
  "user.change_password",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Kinds of object that the log is about; the ids of most are shown with their own prefix. */
export const AUDIT_OBJECTS = [
  "task",
  "template",
  "webhookEndpoint",
  "webhookDelivery",
  "output",
  "worker",
  "accessKey",
  "invite",
  "user",
] as const;
export type AuditObjectKind = (typeof AUDIT_OBJECTS)[number];

/** Named values before or after a change. Never a secret, a password or a link. */
export type AuditFacts = Record<string, string | number | boolean | null | readonly string[]>;

/** An actor who proved no identity: a failed sign-in. */
export const NOBODY = "nobody";

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** ISO 8601; anything else is no bound. */
const moment = z
  .string()
  .trim()
  .transform((text) => {
    const time = ISO.test(text) ? Date.parse(text) : Number.NaN;
    // A UUIDv7 holds no time before 1970.
    return Number.isNaN(time) || time < 0 ? "" : new Date(time).toISOString();
  });

/** What narrows the log; "" = everything. Total: junk falls back. */
export const auditFiltersSchema = z.object({
  /** `usr_…`, `key_…` or {@link NOBODY}. */
  actor: z.string().trim().max(100).catch(""),
  action: z.enum(["", ...AUDIT_ACTIONS]).catch(""),
  /** An id of any kind, or a part of the object's name. */
  object: z.string().trim().max(200).catch(""),
  from: moment.catch(""),
  /** Exclusive. */
  to: moment.catch(""),
});
export type AuditFilters = z.infer<typeof auditFiltersSchema>;

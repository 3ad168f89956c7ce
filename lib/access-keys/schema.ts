import * as z from "zod";

import { ROLES } from "#lib/context.ts";
import { INVISIBLE_REFUSED, isPlainLine } from "#lib/plain-text.ts";

/** APIs that a key may be limited to. */
export const DIALECTS = ["native", "visionular"] as const;
export type Dialect = (typeof DIALECTS)[number];

/** In a key's list: every dialect, also those that come later. */
export const ALL_DIALECTS = "*";

/** Body of POST /api/v1/access-keys, and its form. */
export const createAccessKeySchema = z.object({
  name: z
    .string()
    .trim()
    .min(1, "Give the key a name.")
    .max(64, "Use at most 64 characters.")
    .refine(isPlainLine, INVISIBLE_REFUSED),
  role: z.enum(ROLES),
  /** `["*"]` or a selection. */
  dialects: z
    .array(z.enum([ALL_DIALECTS, ...DIALECTS]))
    .min(1, "Choose at least one API.")
    .transform((chosen) =>
      chosen.includes(ALL_DIALECTS) ? [ALL_DIALECTS] : DIALECTS.filter((dialect) => chosen.includes(dialect)),
    ),
});
export type CreateAccessKeyInput = z.input<typeof createAccessKeySchema>;

import * as z from "zod";

import { encodeSpecSchema } from "#lib/media/encode-spec.ts";
import { HIDING_REFUSED, isPlainText } from "#lib/plain-text.ts";

/** Names with this prefix are the product's own. */
export const SYSTEM_PREFIX = "System_";

/** Body of POST /api/v1/templates. */
export const createTemplateSchema = z.object({
  name: z
    .string()
    .trim()
    .regex(
      /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]{0,62}[\p{L}\p{M}\p{N}_-]$|^[\p{L}\p{N}]$/u,
      "Use 1 to 64 letters, digits, spaces, dots, dashes and underscores, beginning with a letter or a digit and not ending with a dot.",
    )
    .refine((name) => !name.toLowerCase().startsWith(SYSTEM_PREFIX.toLowerCase()), {
      error: `Names that start with ${SYSTEM_PREFIX} are reserved for predefined templates.`,
    }),
  description: z.string().trim().max(500).refine(isPlainText, HIDING_REFUSED).default(""),
  spec: encodeSpecSchema,
});
export type CreateTemplate = z.infer<typeof createTemplateSchema>;
export type CreateTemplateInput = z.input<typeof createTemplateSchema>;

/** Body of PUT /api/v1/templates/{id}: the whole template, and the version that it was changed from. */
export const updateTemplateSchema = createTemplateSchema.extend({ version: z.int().min(1) });
export type UpdateTemplateInput = z.input<typeof updateTemplateSchema>;

/** Body of POST /api/v1/templates/{id}/clone. */
export const cloneTemplateSchema = z.object({ name: createTemplateSchema.shape.name.optional() });

/** Body of POST /api/v1/templates/preview. `media` is a sample's id. */
export const previewTemplateSchema = z.object({ spec: encodeSpecSchema, media: z.string().max(100) });
export type PreviewTemplateInput = z.input<typeof previewTemplateSchema>;

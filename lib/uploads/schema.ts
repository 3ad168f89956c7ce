import * as z from "zod";

import { plainLine } from "#lib/plain-text.ts";

/** What a client says about a file before it sends it. */
export const createUploadSchema = z.object({
  name: z.string().max(1024).default(""),
  mime: z.string().max(255).default(""),
  sizeBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});
export type CreateUpload = z.infer<typeof createUploadSchema>;

/** A client's file name without folders and invisible characters; "video" when nothing is left. At most 255 characters. */
export function cleanUploadName(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  // Cut first: a cut may halve a pair, and unpaired halves are invisible, too.
  const visible = plainLine(base.normalize("NFC").slice(0, 255));
  return visible.trim() || "video";
}

import * as z from "zod";

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
  const visible = base
    .normalize("NFC")
    .slice(0, 255)
    // A cut may have halved a pair; unpaired halves are \p{Cs}.
    .replaceAll(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, "");
  return visible.trim() || "video";
}

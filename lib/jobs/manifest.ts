import * as z from "zod";

/** What a job has published, written in the transaction that settles it. Paths are relative to the Output. */

const manifestFileSchema = z.object({
  path: z.string().min(1),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  md5: z.string().regex(/^[0-9a-f]{32}$/),
  /** Content type. */
  type: z.string().min(1),
});
export type ManifestFile = z.infer<typeof manifestFileSchema>;

export const manifestSchema = z.object({
  /** Of the attempt that published. */
  fence: z.int().min(1),
  /** The attempt's own folder, with everything that the primary refers to; null when there is nothing else. */
  mediaFolder: z.string().nullable(),
  primary: manifestFileSchema,
  /** The other files; all inside `mediaFolder`. */
  files: z.array(manifestFileSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

const CONTENT_TYPES: Record<string, string> = {
  m3u8: "application/vnd.apple.mpegurl",
  mpd: "application/dash+xml",
  m4s: "video/iso.segment",
  cmfv: "video/mp4",
  cmfa: "audio/mp4",
  ts: "video/mp2t",
  mp4: "video/mp4",
  m4v: "video/mp4",
  mov: "video/quicktime",
  mkv: "video/x-matroska",
  webm: "video/webm",
  flv: "video/x-flv",
  m4a: "audio/mp4",
  aac: "audio/aac",
  mp3: "audio/mpeg",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  flac: "audio/flac",
  wav: "audio/wav",
  vtt: "text/vtt",
  srt: "application/x-subrip",
  jpg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  json: "application/json",
  key: "application/octet-stream",
};

/** The content type that a published file is served and stored with, from its extension. */
export function contentTypeOf(path: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  return CONTENT_TYPES[extension] ?? "application/octet-stream";
}

/** Every file of a manifest, the primary first. */
export function manifestFiles(manifest: Manifest): ManifestFile[] {
  return [manifest.primary, ...manifest.files];
}

/** Of the stem in a folder's name; a name has at most 255 bytes, whatever the primary is called. */
const MAX_STEM = 80;

/**
 * The folder that an attempt puts everything beside the primary into: the primary's name without its extension, the last
 * eight hex digits of the job's id (which are random) and the attempt's fence. Playlists refer to it, so it is made of
 * characters that mean the same in a path and in a URL.
 */
export function attemptFolderOf(primaryPath: string, jobId: string, fence: number): string {
  const slash = primaryPath.lastIndexOf("/") + 1;
  const stem = primaryPath
    .slice(slash)
    .replace(/\.[^.]+$/, "")
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, MAX_STEM);
  return `${primaryPath.slice(0, slash)}${stem === "" ? "media" : stem}.${jobId.slice(-8)}-${fence}`;
}

/** Reads a fence back from a folder's name; null when it is not an attempt of this job. */
export function fenceOfFolder(folder: string, primaryPath: string, jobId: string): number | null {
  const start = attemptFolderOf(primaryPath, jobId, 0).slice(0, -1);
  const digits = folder.startsWith(start) ? folder.slice(start.length) : "";
  return /^[1-9]\d*$/.test(digits) ? Number(digits) : null;
}

/** Whether a path lies in a folder that is named like an attempt's, whosesoever. */
export function isInAttemptFolder(path: string): boolean {
  return /\.[0-9a-f]{8}-[1-9]\d*\//.test(path);
}

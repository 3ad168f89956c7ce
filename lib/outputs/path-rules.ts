/** What a path inside an Output may be. Pure; used in the browser too. */

/** File systems take 255; the rest is for the suffix of an attempt's media folder. */
export const MAX_SEGMENT_BYTES = 200;
/** S3 keys end at 1,024 bytes; the rest is for the Output's prefix and for names inside media folders. */
export const MAX_PATH_BYTES = 800;
/** A variable's value is cut to this, so that a long input name cannot make a good pattern fail. */
const MAX_VALUE_BYTES = 120;

/** Names that Windows keeps for devices, whatever their extension. */
const RESERVED_NAME = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** Controls, unpaired surrogates, line separators and the marks that turn the reading direction. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const FORBIDDEN_ALL = new RegExp(FORBIDDEN.source, "gu");

const bytes = (text: string) => new TextEncoder().encode(text).length;

/** A sentence that says why `path` may not be used inside an Output, or null. Expects NFC. */
export function pathIssue(path: string): string | null {
  if (FORBIDDEN.test(path)) return "The name holds an invisible character (a control or a text-direction mark). Type it again.";
  if (path.includes("\\")) return "Use / between folders; a backslash is not allowed.";
  if (/%(2e|2f|5c|00)/i.test(path)) return "The name holds a percent-encoded dot, slash or zero byte, which is not allowed.";
  if (path.startsWith("/")) return "The path is inside the Output: leave out the slash at the start.";
  if (path.endsWith("/")) return "Give a file name after the last slash.";
  if (bytes(path) > MAX_PATH_BYTES) return `The whole path is longer than ${MAX_PATH_BYTES} bytes. Shorten it.`;
  for (const segment of path.split("/")) {
    const issue = segmentIssue(segment);
    if (issue !== null) return issue;
  }
  return null;
}

function segmentIssue(segment: string): string | null {
  if (segment === "") return "There is an empty name between two slashes.";
  if (segment === "." || segment === "..") return `“${segment}” is not allowed: the path must stay inside the Output.`;
  if (segment.startsWith(".")) return `“${segment}” starts with a dot, which hides a file. Start it with a letter or a digit.`;
  if (segment.startsWith("-")) return `“${segment}” starts with a dash, which tools take for an option. Start it with a letter or a digit.`;
  if (/[. ]$/.test(segment)) return `“${segment}” ends with a dot or a space.`;
  if (/^ /.test(segment)) return `“${segment}” starts with a space.`;
  if (RESERVED_NAME.test(segment)) return `“${segment}” is a name that Windows reserves. Choose another one.`;
  if (bytes(segment) > MAX_SEGMENT_BYTES) return `“${segment.slice(0, 24)}…” is longer than ${MAX_SEGMENT_BYTES} bytes. Shorten it.`;
  return null;
}

/**
 * Any text as (part of) one file name: what a path may not hold becomes "_"; too long is cut between characters;
 * nothing left becomes `fallback`. The result passes {@link pathIssue} on its own.
 */
export function safeFileName(text: string, fallback: string): string {
  const clean = text
    .normalize("NFC")
    .replaceAll(FORBIDDEN_ALL, "")
    .replaceAll(/[/\\:*?"<>|{}]/g, "_")
    .replaceAll(/%(?=2e|2f|5c|00)/gi, "_");
  const trimmed = cutBytes(clean, MAX_VALUE_BYTES).replaceAll(/^[. ]+|[. ]+$/g, "");
  if (trimmed === "") return fallback;
  return trimmed.startsWith("-") || RESERVED_NAME.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** "a/b/movie.final.MP4" → "movie.final": without folders and without an extension of up to five letters and digits ("talk 1.2" has none). */
export function fileStem(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  return base.replace(/(?<=.)\.(?=\d*[A-Za-z])[A-Za-z0-9]{1,5}$/, "");
}

function cutBytes(text: string, limit: number): string {
  let size = 0;
  let cut = "";
  // By grapheme, so that no accent and no flag is torn.
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    size += bytes(segment);
    if (size > limit) return cut;
    cut += segment;
  }
  return cut;
}

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

/** Why a path may not be used. The console words it from `errors.outputPath.{code}`; `message` is the same in English. */
export type PathIssue = { code: PathIssueCode; params: Record<string, string | number>; message: string };

const MESSAGES = {
  unknown_variable: ({ name, known }) => `There is no variable {${name}}. Use ${known}.`,
  unpaired_bracket: () => "A curly bracket has no partner. Variables are written like {input_name}.",
  invisible_character: () =>
    "The name holds an invisible character (a control or a text-direction mark). Type it again.",
  backslash: () => "Use / between folders; a backslash is not allowed.",
  percent_encoded: () => "The name holds a percent-encoded dot, slash or zero byte, which is not allowed.",
  leading_slash: () => "The path is inside the Output: leave out the slash at the start.",
  no_file_name: () => "Give a file name after the last slash.",
  path_too_long: ({ limit }) => `The whole path is longer than ${limit} bytes. Shorten it.`,
  empty_segment: () => "There is an empty name between two slashes.",
  dot_segment: ({ segment }) => `“${segment}” is not allowed: the path must stay inside the Output.`,
  leading_dot: ({ segment }) =>
    `“${segment}” starts with a dot, which hides a file. Start it with a letter or a digit.`,
  leading_dash: ({ segment }) =>
    `“${segment}” starts with a dash, which tools take for an option. Start it with a letter or a digit.`,
  trailing_dot_or_space: ({ segment }) => `“${segment}” ends with a dot or a space.`,
  leading_space: ({ segment }) => `“${segment}” starts with a space.`,
  reserved_name: ({ segment }) => `“${segment}” is a name that Windows reserves. Choose another one.`,
  segment_too_long: ({ segment, limit }) => `“${segment}” is longer than ${limit} bytes. Shorten it.`,
} as const satisfies Record<string, (params: Record<string, string | number>) => string>;
export type PathIssueCode = keyof typeof MESSAGES;
export const PATH_ISSUE_CODES = Object.keys(MESSAGES) as PathIssueCode[];

/** An issue with its English sentence; `params` fill both that and the catalogues' sentences. */
export function makePathIssue(code: PathIssueCode, params: Record<string, string | number> = {}): PathIssue {
  const write: (params: Record<string, string | number>) => string = MESSAGES[code];
  return { code, params, message: write(params) };
}

/** Why `path` may not be used inside an Output, or null. Expects NFC. */
export function pathIssue(path: string): PathIssue | null {
  if (FORBIDDEN.test(path)) return makePathIssue("invisible_character");
  if (path.includes("\\")) return makePathIssue("backslash");
  if (/%(2e|2f|5c|00)/i.test(path)) return makePathIssue("percent_encoded");
  if (path.startsWith("/")) return makePathIssue("leading_slash");
  if (path.endsWith("/")) return makePathIssue("no_file_name");
  if (bytes(path) > MAX_PATH_BYTES) return makePathIssue("path_too_long", { limit: MAX_PATH_BYTES });
  for (const segment of path.split("/")) {
    const issue = segmentIssue(segment);
    if (issue !== null) return issue;
  }
  return null;
}

function segmentIssue(segment: string): PathIssue | null {
  if (segment === "") return makePathIssue("empty_segment");
  if (segment === "." || segment === "..") return makePathIssue("dot_segment", { segment });
  if (bytes(segment) > MAX_SEGMENT_BYTES)
    return makePathIssue("segment_too_long", {
      segment: `${cutBytes(segment, 40)}…`,
      limit: MAX_SEGMENT_BYTES,
    });
  if (segment.startsWith(".")) return makePathIssue("leading_dot", { segment });
  if (segment.startsWith("-")) return makePathIssue("leading_dash", { segment });
  if (segment.startsWith(" ")) return makePathIssue("leading_space", { segment });
  if (/[. ]$/.test(segment)) return makePathIssue("trailing_dot_or_space", { segment });
  return RESERVED_NAME.test(segment) ? makePathIssue("reserved_name", { segment }) : null;
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

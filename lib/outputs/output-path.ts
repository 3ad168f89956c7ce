import { CONTAINER_EXTENSIONS, PRIMARY_EXTENSIONS } from "#lib/outputs/container-extensions.ts";
import { fileStem, makePathIssue, pathIssue, safeFileName, type PathIssue } from "#lib/outputs/path-rules.ts";
import type { Container } from "#lib/media/encode-spec.ts";

/**
 * Output Filename: a pattern with variables → the path of a job's primary file inside the Output. Pure; the create page
 * previews with the same code that the server resolves with.
 */

export const OUTPUT_VARIABLES = ["input_name", "template", "task_number", "date", "time"] as const;

export type PathValues = {
  /** The source's file name, with or without its extension. */
  inputName: string;
  /** Name of the job's template. */
  template: string;
  /** Only known once the task exists; "#" in previews. */
  taskNumber: number | bigint | "#";
  /** Creation of the task; {date} and {time} are in UTC. */
  date: Date;
};

/** `issue` is an English sentence; `reason` is the same for the catalogues. */
export type ResolvedPath =
  | { path: string; issue?: undefined; reason?: undefined }
  | { path?: undefined; issue: string; reason: PathIssue };

type Variable = (typeof OUTPUT_VARIABLES)[number];

const VALUES: Record<Variable, (values: PathValues) => string> = {
  input_name: ({ inputName }) => safeFileName(fileStem(inputName), "video"),
  template: ({ template }) => safeFileName(template, "template"),
  task_number: ({ taskNumber }) => String(taskNumber),
  date: ({ date }) => date.toISOString().slice(0, 10),
  time: ({ date }) => date.toISOString().slice(11, 19).replaceAll(":", ""),
};

/**
 * Resolves one job's path: variables filled in, `_{template}` added when there are several jobs and the pattern does
 * not tell them apart, the container's extension added unless one that fits is there. `isLiteral`: curly brackets are
 * letters like any other, for programs that know nothing of our variables.
 */
export function resolveOutputPath(
  pattern: string,
  values: PathValues,
  container: Container,
  options: { severalJobs?: boolean; isLiteral?: boolean } = {},
): ResolvedPath {
  const wanted = pattern.normalize("NFC");
  const filled = options.isLiteral === true ? { path: wanted } : fillVariables(wanted, values);
  if (filled.issue !== undefined) return filled;
  const isAmbiguous = options.severalJobs === true && !wanted.includes("{template}");
  const suffix = isAmbiguous ? `_${VALUES.template(values)}` : "";
  // Checked before the extension is added as well: "folder/" and "a/.." must not become "folder/.mp4" and "a/...mp4".
  const issueBefore = pathIssue(filled.path);
  if (issueBefore !== null) return refused(issueBefore);
  const path = withExtension(filled.path, suffix, container);
  const issue = pathIssue(path);
  return issue === null ? { path } : refused(issue);
}

export type PathPreview = { template: string } & ResolvedPath;

/** What a pattern gives for each chosen template, before the task exists; "#" stands for the task's number. */
export function previewOutputPaths(
  pattern: string,
  input: { inputName: string; date: Date },
  templates: readonly { name: string; container: Container }[],
): PathPreview[] {
  const severalJobs = templates.length > 1;
  return templates.map(({ name, container }) => ({
    template: name,
    ...resolveOutputPath(pattern, { ...input, template: name, taskNumber: "#" }, container, { severalJobs }),
  }));
}

/** Index of the first path that another one before it equals, letter case apart; -1 when all differ. */
export function firstDuplicatePath(paths: readonly string[]): number {
  const folded = paths.map((path) => path.toLowerCase());
  return folded.findIndex((path, index) => folded.indexOf(path) < index);
}

function refused(reason: PathIssue): ResolvedPath {
  return { issue: reason.message, reason };
}

function fillVariables(pattern: string, values: PathValues): ResolvedPath {
  const known = new Set<string>(OUTPUT_VARIABLES);
  const names = OUTPUT_VARIABLES.map((variable) => `{${variable}}`).join(", ");
  for (const [, name = ""] of pattern.matchAll(/\{([^{}]*)\}/g)) {
    if (!known.has(name)) return refused(makePathIssue("unknown_variable", { name, known: names }));
  }
  const isOpen = /[{}]/.test(pattern.replaceAll(/\{[^{}]*\}/g, ""));
  if (isOpen) return refused(makePathIssue("unpaired_bracket"));
  return {
    path: pattern.replaceAll(/\{([^{}]*)\}/g, (_, name: Variable) => VALUES[name](values)).normalize("NFC"),
  };
}

function withExtension(path: string, suffix: string, container: Container): string {
  const lower = path.toLowerCase();
  const fitting = CONTAINER_EXTENSIONS[container].find((extension) => lower.endsWith(extension));
  // A playlist's name on an MP4 would mislead every player, so another container's extension is replaced.
  const present = fitting ?? PRIMARY_EXTENSIONS.find((extension) => lower.endsWith(extension)) ?? "";
  const stem = path.slice(0, path.length - present.length);
  const kept = fitting === undefined ? CONTAINER_EXTENSIONS[container][0] : path.slice(stem.length);
  return `${stem}${suffix}${kept}`;
}

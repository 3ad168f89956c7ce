import type { SourceView, TaskView } from "#lib/tasks/view.ts";
import type { CreateTaskInput, Source } from "#lib/tasks/schema.ts";

/** What the form of the create page holds, and how it becomes requests. Pure. */

export const INPUT_MODES = ["url", "upload", "sample", "kept"] as const;
/** `kept`: the source of the task that is being duplicated, as it was. */
export type InputMode = (typeof INPUT_MODES)[number];

/** More addresses than this in one go are a matter for a program. */
export const MAX_URLS = 50;
export const DEFAULT_PATTERN = "{input_name}";

/** The fields; create-form-schema.ts has their rules. */
export type CreateFormValues = {
  mode: InputMode;
  /** One address per line. */
  urls: string;
  /** A sample's id, or "". */
  sample: string;
  templates: string[];
  outputId: string;
  outputPattern: string;
  priority: number;
  tags: string[];
  userData: string;
};

export const EMPTY_FORM: CreateFormValues = {
  mode: "url",
  urls: "",
  sample: "",
  templates: [],
  outputId: "",
  outputPattern: DEFAULT_PATTERN,
  priority: 0,
  tags: [],
  userData: "",
};

/** The addresses in a text, one per line; blank lines and repetitions left out. */
export function readUrls(text: string): string[] {
  return [...new Set(text.split(/\r?\n/).map((line) => line.trim()))].filter((line) => line !== "");
}

/** What the API takes as an address (sourceSchema), said without it: the page asks at every key. */
export function isUrl(text: string): boolean {
  return text.length <= 4096 && /^https?:\/\//i.test(text) && URL.canParse(text) && !hasCredentials(text);
}

/** Whether an address holds a user name or a password, which the API does not take (lib/tasks/find-task-source.ts). */
export function hasCredentials(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== "" || password !== "";
}

/** The request for one source. Defaults are left out, so that what is shown is what matters. */
export function requestFor(source: Source, values: CreateFormValues): CreateTaskInput {
  return {
    source,
    templates: values.templates,
    outputId: values.outputId,
    outputPattern: values.outputPattern,
    ...(values.priority !== 0 && { priority: values.priority }),
    ...(values.tags.length > 0 && { tags: values.tags }),
    ...(values.userData.trim() !== "" && { userData: values.userData }),
  };
}

/** The form filled with a task's request. Templates that are gone are left out. */
export function formOfTask(
  task: TaskView,
  templateIds: readonly { id: string; name: string }[],
): CreateFormValues {
  const { source } = task;
  return {
    ...EMPTY_FORM,
    mode: source.type === "url" || source.type === "sample" ? source.type : "kept",
    urls: source.type === "url" ? source.url : "",
    sample: source.type === "sample" ? source.sample : "",
    templates: task.jobs.flatMap(({ template }) => {
      const found =
        templateIds.find(({ id }) => id === template.id) ??
        templateIds.find(({ name }) => name === template.name);
      return found ? [found.id] : [];
    }),
    outputId: task.output.id,
    outputPattern: task.outputPattern,
    priority: task.priority,
    tags: task.tags,
    userData: task.userData ?? "",
  };
}

/** The source of a duplicated task that the page has no field for, as a request names it. */
export function keptSource(source: SourceView): Source | null {
  if (source.type === "upload") return { type: "upload", uploadId: source.uploadId };
  if (source.type === "object") return { type: "object", outputId: source.output, path: source.path };
  return null;
}

/** The file name that {input_name} is made from, known before the server has seen the source. */
export function inputNameOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, hostname } = new URL(url);
  const last =
    pathname
      .split("/")
      .filter((part) => part !== "")
      .at(-1) ?? "";
  try {
    return decodeURIComponent(last) || hostname;
  } catch {
    return last || hostname;
  }
}

import { zodResolver } from "@hookform/resolvers/zod";
import * as z from "zod";

import {
  hasCredentials,
  INPUT_MODES,
  isUrl,
  MAX_URLS,
  readUrls,
  type CreateFormValues,
} from "#components/tasks/create/create-form.ts";
import { createTaskSchema } from "#lib/tasks/schema.ts";

const { templates, outputId, outputPattern, priority, tags, userData } = createTaskSchema.shape;

/** The rules of the form: those of the API, and which input it asks for. Loaded once the page stands: zod is large. */
export const createFormSchema = z
  .object({
    mode: z.enum(INPUT_MODES),
    /** One address per line. */
    urls: z.string(),
    /** A sample's id, or "". */
    sample: z.string(),
    templates,
    outputId,
    outputPattern,
    priority: priority.unwrap(),
    tags: tags.unwrap(),
    userData: userData.unwrap(),
  })
  .superRefine((values, context) => {
    if (values.mode === "sample" && values.sample === "")
      context.addIssue({ code: "custom", path: ["sample"], message: "sample" });
    if (values.mode !== "url") return;
    const lines = readUrls(values.urls);
    if (lines.length === 0) context.addIssue({ code: "custom", path: ["urls"], message: "urlsEmpty" });
    else if (lines.length > MAX_URLS)
      context.addIssue({ code: "custom", path: ["urls"], message: "urlsTooMany" });
    else if (lines.some(hasCredentials))
      context.addIssue({ code: "custom", path: ["urls"], message: "urlsCredentials" });
    else if (!lines.every(isUrl))
      context.addIssue({ code: "custom", path: ["urls"], message: "urlsInvalid" });
  });

export const createFormResolver = zodResolver<CreateFormValues, unknown, CreateFormValues>(createFormSchema);

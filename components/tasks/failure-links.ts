import { FAILURE_CODES, type FailureCode } from "#lib/errors.ts";
import type { TaskView } from "#lib/tasks/view.ts";

export const FAILURE_LINKS = ["editUrl", "uploadInstead", "audioTemplates", "editTemplate"] as const;
/** What a person can do about a failure on another page. */
export type FailureLink = (typeof FAILURE_LINKS)[number];

const LINKS: Record<FailureCode, readonly FailureLink[]> = {
  INPUT_UNREACHABLE: ["editUrl", "uploadInstead"],
  INPUT_FORBIDDEN: ["editUrl", "uploadInstead"],
  INPUT_NOT_FOUND: ["editUrl"],
  INPUT_BLOCKED: ["editUrl", "uploadInstead"],
  INPUT_NOT_MEDIA: ["editUrl", "uploadInstead"],
  INPUT_NO_VIDEO: ["audioTemplates"],
  INPUT_NO_AUDIO: [],
  INPUT_CODEC_UNSUPPORTED: [],
  INPUT_PROTECTED: [],
  INPUT_TRUNCATED: ["uploadInstead"],
  INPUT_TOO_LARGE: [],
  CLIP_OUT_OF_RANGE: ["editTemplate"],
  TEMPLATE_INVALID: ["editTemplate"],
  OUTPUT_DENIED: [],
  OUTPUT_UNREACHABLE: [],
  OUTPUT_EXISTS: [],
  OUTPUT_VERIFICATION_FAILED: [],
  UPLOAD_ABANDONED: ["uploadInstead"],
  WORKER_DISK_FULL: [],
  WORKER_OUT_OF_MEMORY: ["editTemplate"],
  WORKER_LOST: [],
  TASK_STALLED: [],
  TASK_TIMEOUT: ["editTemplate"],
  UNKNOWN: [],
};

type Failed = Pick<TaskView, "id" | "source"> & { templateId: string | null };

/** Where each of a failure's links leads; those that do not fit the task's source are left out. */
export function failureLinks(code: string, task: Failed): { link: FailureLink; href: string }[] {
  const known = FAILURE_CODES.find((candidate) => candidate === code) ?? "UNKNOWN";
  const from = `/tasks/new?from=${encodeURIComponent(task.id)}`;
  const hrefs: Record<FailureLink, string | null> = {
    editUrl: task.source.type === "url" ? `${from}#urls` : null,
    uploadInstead: task.source.type === "object" ? null : `${from}&input=upload`,
    audioTemplates: "/templates?tab=predefined&codec=audio",
    editTemplate: task.templateId === null ? null : `/templates/${encodeURIComponent(task.templateId)}`,
  };
  return LINKS[known].flatMap((link) => {
    const href = hrefs[link];
    return href === null ? [] : [{ link, href }];
  });
}

import type { FieldChange } from "#lib/templates/diff-specs.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import type { FailureView } from "#lib/jobs/view.ts";
import type { MediaWarning } from "#lib/media/media-info.ts";

export type TemplateView = {
  /** tpl_… */
  id: string;
  /** For dialects whose template ids are integers. */
  number: number;
  name: string;
  /** Predefined templates are shipped, read-only, and seen by every project. */
  kind: "predefined" | "custom";
  version: number;
  description: string;
  spec: EncodeSpec;
  createdAt: string;
  updatedAt: string;
  /** Since when it cannot be used for new tasks; null while it can. */
  archivedAt: string | null;
};

/** A template with the number of the project's tasks that were made from any of its versions. */
export type TemplateSummary = TemplateView & { usedBy: number };

/** One version of a template; `changes` against the version before it, empty for the first that is kept. */
export type TemplateVersionView = {
  version: number;
  description: string;
  spec: EncodeSpec;
  /** Name of the user or the access key; null when the product itself made it, or it is not known. */
  createdBy: string | null;
  createdAt: string;
  changes: FieldChange[];
};

/** POST /api/v1/templates/preview: what a worker would run for a sample. */
/** What the workers' ffmpeg can do, of what a template may ask for. */
export type EditorCapabilities = Capabilities;

export type TemplatePreview = {
  /** ffmpeg commands as a shell takes them; the sample is in /input, the files go to /output. */
  commands: string[];
  renditions: PreviewRendition[];
  warnings: MediaWarning[];
  /** Why this sample cannot be encoded this way; null when it can. */
  failure: Pick<FailureView, "code" | "params"> | null;
};

/** `kbps`: what it may have at most; null where only its quality is set. */
export type PreviewRendition = {
  name: string;
  kind: "video" | "audio";
  codec: string;
  width: number | null;
  height: number | null;
  frameRate: number | null;
  kbps: number | null;
};

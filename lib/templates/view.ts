import type { EncodeSpec } from "#lib/media/encode-spec.ts";

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
};

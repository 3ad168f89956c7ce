import { showId } from "#lib/ids.ts";
import type { Source } from "#lib/tasks/schema.ts";
import type { SourceView } from "#lib/tasks/view.ts";
import { isArriving } from "#lib/uploads/is-arriving.ts";

export type SourceRow = {
  /** The task's `source` column. */
  source: unknown;
  /** The task's name, which is the source's file name. */
  name: string;
  upload: {
    id: string;
    name: string;
    sizeBytes: bigint;
    offsetBytes: bigint;
    state: string;
    expiresAt: Date;
  } | null;
};

/** `outputNames`: names of the Outputs that object sources point to, by TypeID. */
export function toSourceView(
  { source, name, upload }: SourceRow,
  outputNames: ReadonlyMap<string, string>,
): SourceView {
  const wanted = source as Source;
  switch (wanted.type) {
    case "url":
      return { type: "url", label: name, url: wanted.url };
    case "upload":
      return {
        type: "upload",
        label: upload?.name ?? name,
        uploadId: upload === null ? wanted.uploadId : showId("upload", upload.id),
        offsetBytes: Number(upload?.offsetBytes ?? 0n),
        sizeBytes: Number(upload?.sizeBytes ?? 0n),
        state: upload?.state ?? "removed",
        isArriving: upload !== null && isArriving(upload),
      };
    case "sample":
      return { type: "sample", label: name, sample: wanted.sample };
    case "object":
      return {
        type: "object",
        label: name,
        output: outputNames.get(wanted.outputId) ?? wanted.outputId,
        path: wanted.path,
      };
  }
}

/** TypeIDs of the Outputs that these sources read from. */
export function sourceOutputIds(rows: readonly { source: unknown }[]): string[] {
  const ids = rows
    .map(({ source }) => source as Source)
    .map((source) => (source.type === "object" ? source.outputId : ""));
  return [...new Set(ids)].filter((id) => id !== "");
}

import path from "node:path";

import type { Output } from "#lib/db/generated/client.ts";
import { showId } from "#lib/ids.ts";
import { bucketScheme, providerOf } from "#lib/outputs/storage-providers.ts";
import type { OutputView } from "#lib/outputs/view.ts";

export type OutputRow = Pick<
  Output,
  "id" | "name" | "type" | "folder" | "endpoint" | "bucket" | "prefix" | "publicBaseUrl" | "createdAt"
>;

export function toOutputView(row: OutputRow): OutputView {
  return {
    id: showId("output", row.id),
    name: row.name,
    type: row.type,
    provider: providerOf(row),
    location: outputLocation(row),
    publicBaseUrl: row.publicBaseUrl === null ? null : row.publicBaseUrl.replace(/\/+$/, ""),
    createdAt: row.createdAt.toISOString(),
  };
}

/** Where an Output is, for people. A local folder's last name only: the machine's tree is nobody's business. */
export function outputLocation(
  row: Pick<OutputRow, "type" | "endpoint" | "folder" | "bucket" | "prefix">,
): string {
  if (row.type === "s3") return `${bucketScheme(providerOf(row))}://${row.bucket}/${row.prefix}`;
  const folder = path.basename(row.folder ?? "");
  return row.prefix === "" ? `local: ${folder}` : `local: ${folder}/${row.prefix.replace(/\/$/, "")}`;
}

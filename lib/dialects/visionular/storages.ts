import type { Ctx } from "#lib/context.ts";
import { findStorage } from "#lib/dialects/visionular/find-storage.ts";
import { toVendorStorageId } from "#lib/dialects/visionular/ids.ts";
import { toVendorStorage, type VendorStorage } from "#lib/dialects/visionular/map.ts";
import { addStorageWireSchema, type AddStorageWire } from "#lib/dialects/visionular/storage-schema.ts";
import type { VendorCall } from "#lib/dialects/visionular/visionular-route.ts";
import { AppError } from "#lib/errors.ts";
import { readJson } from "#lib/http/read-json.ts";
import { archiveOutput } from "#lib/outputs/archive-output.ts";
import { createOutput } from "#lib/outputs/create-output.ts";
import { deleteOutput } from "#lib/outputs/delete-output.ts";
import { listOutputSummaries } from "#lib/outputs/list-output-summaries.ts";
import { presetOf } from "#lib/outputs/storage-providers.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";

/** Outputs of one bucket are told apart by a number; nobody has so many. */
const MOST_NAMES = 100;
const NAME_LENGTH = 56;

/** list_storage: the project's Outputs. */
export async function vendorListStorage({
  ctx,
}: VendorCall): Promise<{ num: number; list: VendorStorage[] }> {
  const list = (await listOutputSummaries(ctx)).map(toVendorStorage);
  return { num: list.length, list };
}

/** add_storage: a bucket as an Output, named after it. Needs a key of role admin, because it stores credentials. */
export async function vendorAddStorage({ request, ctx }: VendorCall): Promise<{ storage_id: string }> {
  const wire = addStorageWireSchema.parse(await readJson(request));
  const { id } = await inStorageWords(() => createNamed(ctx, wire));
  return { storage_id: toVendorStorageId(id) };
}

/**
 * del_storage?storage_id=: gone for the caller; one that tasks have used is kept in the archive for them. Refused while
 * tasks that use it are pending or running. Needs a key of role admin.
 */
export async function vendorDeleteStorage({ ctx, query }: VendorCall): Promise<Record<string, never>> {
  const storageId = query["storage_id"] ?? "";
  if (storageId === "") throw new AppError("invalid_input", "storage_id is missing");
  const { id } = await findStorage(ctx, storageId);
  try {
    await deleteOutput(ctx, id);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== "conflict") throw thrown;
    await archiveOutput(ctx, id);
  }
  return {};
}

/** The vendor's storages have no name: "bucket", "bucket/prefix", and with a number where that is taken. */
async function createNamed(ctx: Ctx, wire: AddStorageWire): Promise<OutputDetail> {
  const settings = settingsOf(wire);
  const place = [wire.bucket, ...wire.prefix.split("/").filter(Boolean)].join("/").slice(0, NAME_LENGTH);
  for (let number = 1; ; number++) {
    try {
      return await createOutput(ctx, { ...settings, name: number === 1 ? place : `${place} ${number}` });
    } catch (thrown) {
      const isTaken = thrown instanceof AppError && thrown.code === "conflict";
      if (!isTaken || number === MOST_NAMES) throw thrown;
    }
  }
}

function settingsOf({ type, region, bucket, prefix, notify, endpoint, ...keys }: AddStorageWire) {
  if (endpoint === "" && region === "")
    throw new AppError("invalid_input", "region is missing: with type it says where the bucket is");
  const preset = presetOf(type, region);
  return {
    type: "s3",
    endpoint: endpoint === "" ? (preset?.endpoint ?? "") : endpoint,
    region,
    bucket,
    prefix,
    forcePathStyle: endpoint !== "",
    callbackUrl: notify,
    accessKeyId: keys.storage_ak,
    secretAccessKey: keys.storage_sk,
  };
}

/** Our fields in the vendor's words. */
const FIELDS: Readonly<Record<string, string>> = {
  name: "bucket",
  accessKeyId: "storage_ak",
  secretAccessKey: "storage_sk",
  callbackUrl: "notify",
};

async function inStorageWords<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    const issue = thrown instanceof AppError ? thrown.issues[0] : undefined;
    if (!(thrown instanceof AppError) || issue === undefined) throw thrown;
    const field = FIELDS[issue.path] ?? issue.path;
    throw new AppError(thrown.code, `${field}: ${issue.message}`, { cause: thrown });
  }
}

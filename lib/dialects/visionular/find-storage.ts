import type { Ctx } from "#lib/context.ts";
import { toVendorStorageId } from "#lib/dialects/visionular/ids.ts";
import { AppError } from "#lib/errors.ts";
import { listOutputs } from "#lib/outputs/list-outputs.ts";
import type { OutputView } from "#lib/outputs/view.ts";

/** The Output that a storage_id names. @throws {AppError} `not_found` */
export async function findStorage(ctx: Ctx, storageId: string): Promise<OutputView> {
  const wanted = storageId.toLowerCase();
  const output = (await listOutputs(ctx)).find((one) => toVendorStorageId(one.id) === wanted);
  if (!output)
    throw new AppError(
      "not_found",
      "storage_id: there is no such storage; list_storage has those that there are",
    );
  return output;
}

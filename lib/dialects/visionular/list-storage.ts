import { toVendorStorage, type VendorStorage } from "#lib/dialects/visionular/map.ts";
import type { VendorCall } from "#lib/dialects/visionular/visionular-route.ts";
import { listOutputs } from "#lib/outputs/list-outputs.ts";

/** list_storage: the project's Outputs. */
export async function vendorListStorage({
  ctx,
}: VendorCall): Promise<{ num: number; list: VendorStorage[] }> {
  const list = (await listOutputs(ctx)).map(toVendorStorage);
  return { num: list.length, list };
}

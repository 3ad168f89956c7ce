import { vendorAddStorage } from "#lib/dialects/visionular/storages.ts";
import { visionularRoute } from "#lib/dialects/visionular/visionular-route.ts";

export const dynamic = "force-dynamic";
export const POST = visionularRoute(vendorAddStorage);

import { vendorUpdateTemplate } from "#lib/dialects/visionular/templates.ts";
import { visionularRoute } from "#lib/dialects/visionular/visionular-route.ts";

export const dynamic = "force-dynamic";
export const PUT = visionularRoute(vendorUpdateTemplate);

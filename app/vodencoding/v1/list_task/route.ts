import { vendorListTask } from "#lib/dialects/visionular/list-task.ts";
import { visionularRoute } from "#lib/dialects/visionular/visionular-route.ts";

export const dynamic = "force-dynamic";
export const GET = visionularRoute(vendorListTask);

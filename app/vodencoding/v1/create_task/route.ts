import { vendorCreateTask } from "#lib/dialects/visionular/create-task.ts";
import { visionularRoute } from "#lib/dialects/visionular/visionular-route.ts";

export const dynamic = "force-dynamic";
export const POST = visionularRoute(vendorCreateTask);

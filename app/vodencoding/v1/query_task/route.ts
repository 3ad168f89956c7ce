import { vendorQueryTask } from "#lib/dialects/visionular/query-task.ts";
import { visionularRoute } from "#lib/dialects/visionular/visionular-route.ts";

export const dynamic = "force-dynamic";
export const GET = visionularRoute(vendorQueryTask);

import { listAudit } from "#lib/audit/list-audit.ts";
import { parseAuditQuery } from "#lib/audit/queries.ts";
import { consoleRoute } from "#lib/http/console-route.ts";

export const dynamic = "force-dynamic";

export const GET = consoleRoute(async ({ request, ctx }) =>
  Response.json(await listAudit(ctx, parseAuditQuery(new URL(request.url).searchParams))),
);

import type { Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { readId } from "#lib/ids.ts";
import type { EndpointRow } from "#lib/webhooks/to-endpoint-view.ts";

/** An endpoint of the project. `endpointId`: `whe_…`. @throws {AppError} `not_found` */
export async function getOwnEndpoint(
  ctx: Ctx,
  endpointId: string,
  client: Pick<Tx, "webhookEndpoint"> = db(),
): Promise<EndpointRow> {
  const id = readId("webhookEndpoint", endpointId);
  const row =
    id === null ? null : await client.webhookEndpoint.findFirst({ where: { id, projectId: ctx.projectId } });
  if (row === null) throw new AppError("not_found", "There is no such webhook endpoint in this project.");
  return row;
}

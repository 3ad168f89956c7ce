import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { isUniqueViolation } from "#lib/db/is-unique-violation.ts";
import { newId, showId } from "#lib/ids.ts";
import { claimFolder } from "#lib/outputs/claim-folder.ts";
import { getOutputDetail } from "#lib/outputs/get-output-detail.ts";
import { nameTaken } from "#lib/outputs/name-taken.ts";
import { outputFacts } from "#lib/outputs/output-facts.ts";
import { createOutputSchema, type WantedOutput } from "#lib/outputs/schema.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";
import { parseInput } from "#lib/parse-input.ts";
import { sealS3Credentials } from "#lib/storage/s3-credentials.ts";
import { refusePrivateAddress } from "#lib/webhooks/refuse-private-address.ts";

/**
 * Adds an Output. Nothing is tried out: test-output.ts does that. The secret is stored encrypted and
 * never shown again. Role admin.
 * @throws {AppError} `invalid_input` (the field is named; also for an address that is plainly private, and a folder
 * outside of OUTPUT_ROOTS or in use), `conflict` (the name is taken)
 */
export async function createOutput(ctx: Ctx, input: unknown): Promise<OutputDetail> {
  requireRole(ctx, "admin");
  const wanted = parseInput(createOutputSchema, input);
  refusePrivateAddresses(wanted);
  const id = newId();
  try {
    await db().$transaction(async (tx) => {
      const row = await tx.output.create({
        data: {
          id,
          projectId: ctx.projectId,
          name: wanted.name,
          type: wanted.type,
          publicBaseUrl: wanted.publicBaseUrl,
          callbackUrl: wanted.callbackUrl,
          ...(await placeOf(tx, ctx, id, wanted)),
        },
      });
      await recordAudit(tx, ctx, {
        action: "output.create",
        object: { kind: "output", id, name: row.name },
        after: outputFacts(row),
      });
    });
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    throw nameTaken(wanted.name, thrown);
  }
  return getOutputDetail(ctx, showId("output", id));
}

async function placeOf(tx: Tx, ctx: Ctx, id: string, wanted: WantedOutput) {
  if (wanted.type === "local")
    return { folder: await claimFolder(tx, { ...wanted, projectId: ctx.projectId }) };
  const { endpoint, region, bucket, prefix, forcePathStyle, accessKeyId, secretAccessKey } = wanted;
  const credentialsEncrypted = sealS3Credentials(id, { accessKeyId, secretAccessKey });
  return { endpoint, region, bucket, prefix, forcePathStyle, credentialsEncrypted };
}

/** Names are judged when they are called, literal addresses now already. @throws {AppError} `invalid_input` */
export function refusePrivateAddresses(wanted: { endpoint?: string; callbackUrl: string | null }): void {
  if (wanted.endpoint !== undefined) refusePrivateAddress("endpoint", wanted.endpoint);
  if (wanted.callbackUrl !== null) refusePrivateAddress("callbackUrl", wanted.callbackUrl);
}

import { createHmac, timingSafeEqual } from "node:crypto";

import { deriveKey } from "#lib/auth/derive-key.ts";
import { getEnv } from "#lib/env.ts";
import { hexToUuid, uuidToHex } from "#lib/ids.ts";

/** A link works this long. */
export const FILE_LINK_SECONDS = 24 * 3600;

/** Links made within the same step have the same address, so that lists and players can cache and compare them. */
const STEP_SECONDS = 3600;

const FORM = 1;
const PAYLOAD_BYTES = 1 + 16 + 4 + 1;
const MAC_BYTES = 16;

/** What a token opens: the published files of one job, until `expiresAt`; as an attachment, or in place. */
export type FileGrant = { jobId: string; expiresAt: Date; isDownload: boolean };

/**
 * The address of one published file: `<PUBLIC_URL>/files/<token>/<path inside the Output>`. The token stands in the
 * path, before the file's own, so that the relative addresses inside a playlist or an MPD carry it on. `jobId` is the
 * job's UUID; the link works for 24 to 25 hours.
 */
export function fileUrl({
  jobId,
  path,
  download = false,
}: {
  jobId: string;
  path: string;
  download?: boolean;
}): string {
  const expires = Math.ceil((Date.now() / 1000 + FILE_LINK_SECONDS) / STEP_SECONDS) * STEP_SECONDS;
  const token = writeFileToken({ jobId, expiresAt: new Date(expires * 1000), isDownload: download });
  return `${getEnv().publicUrl}/files/${token}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** base64url of: form (1 byte), job UUID (16), expiry in Unix seconds (4), disposition (1), HMAC-SHA256 cut to 16. */
export function writeFileToken({ jobId, expiresAt, isDownload }: FileGrant): string {
  const payload = Buffer.alloc(PAYLOAD_BYTES);
  payload.writeUInt8(FORM, 0);
  payload.write(uuidToHex(jobId), 1, "hex");
  payload.writeUInt32BE(Math.floor(expiresAt.getTime() / 1000), 17);
  payload.writeUInt8(isDownload ? 1 : 0, 21);
  return Buffer.concat([payload, sign(payload)]).toString("base64url");
}

/** What a token grants, or null when it is forged, malformed or has expired. */
export function verifyFileToken(token: string, now: Date = new Date()): FileGrant | null {
  const bytes = Buffer.from(token, "base64url");
  // The second test refuses other spellings of the same bytes.
  if (bytes.length !== PAYLOAD_BYTES + MAC_BYTES || bytes.toString("base64url") !== token) return null;
  const payload = bytes.subarray(0, PAYLOAD_BYTES);
  if (!timingSafeEqual(bytes.subarray(PAYLOAD_BYTES), sign(payload)) || payload.readUInt8(0) !== FORM)
    return null;
  const expiresAt = new Date(payload.readUInt32BE(17) * 1000);
  if (expiresAt <= now) return null;
  return {
    jobId: hexToUuid(payload.toString("hex", 1, 17)),
    expiresAt,
    isDownload: payload.readUInt8(21) === 1,
  };
}

function sign(payload: Buffer): Buffer {
  return createHmac("sha256", deriveKey("file-links")).update(payload).digest().subarray(0, MAC_BYTES);
}

import { clientAddress } from "#lib/http/client-address.ts";
import { errorResponse } from "#lib/http/error-response.ts";
import { readJson } from "#lib/http/read-json.ts";
import { acceptInvite } from "#lib/invites/accept-invite.ts";

export const dynamic = "force-dynamic";

/** A password, a name and a token: no more. */
const BODY_LIMIT_BYTES = 16_384;

/** For whoever holds a link: the token in the body is the credential, cookies and access keys are not looked at. */
export async function POST(request: Request): Promise<Response> {
  try {
    const accepted = await acceptInvite(await readJson(request, BODY_LIMIT_BYTES), clientAddress(request));
    return Response.json(accepted, { headers: { "Cache-Control": "no-store" } });
  } catch (thrown) {
    return errorResponse(thrown);
  }
}

import { randomUUID } from "node:crypto";

import { checkAccessKey } from "#lib/auth/check-access-key.ts";
import { readCookie, sessionCookies } from "#lib/auth/session-cookies.ts";
import type { Ctx } from "#lib/context.ts";
import { envelope } from "#lib/dialects/visionular/envelope.ts";
import { REQUEST_ERRORS } from "#lib/dialects/visionular/errors.ts";
import { AppError, type FieldIssue } from "#lib/errors.ts";
import { toAppError } from "#lib/http/error-response.ts";
import { receivedHeader, receivedRequest, type ReceivedRequest } from "#lib/http/received-request.ts";

export type VendorCall = {
  request: Request;
  ctx: Ctx;
  /** Query parameters as received; none comes twice. */
  query: Record<string, string>;
};

/**
 * A handler of AuroraCloud's API: Basic credentials with `auth-type: use-basic`, the envelope around `data`, business
 * errors as HTTP 200 with a code.
 */
export function visionularRoute(
  handle: (call: VendorCall) => Promise<object>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const requestId = randomUUID();
    try {
      const received = receivedRequest();
      const ctx: Ctx = { ...(await authenticate(received)), address: received.clientAddress };
      const data = await handle({ request, ctx, query: readQuery(received) });
      return Response.json(envelope(0, "success", data, requestId), {
        headers: { "Cache-Control": "no-store" },
      });
    } catch (thrown) {
      const error = toAppError(thrown);
      const [status, code, word] = REQUEST_ERRORS[error.code];
      const headers = new Headers({ "Cache-Control": "no-store" });
      if (status === 401) headers.set("WWW-Authenticate", 'Basic realm="vodencoding"');
      return Response.json(envelope(code, `${word}: ${sentenceOf(error)}`, {}, requestId), {
        status,
        headers,
      });
    }
  };
}

/** Exactly one Authorization, one auth-type and no session cookie; the vendor's own signature scheme, which is asked for without the latter, is not known. */
async function authenticate(received: ReceivedRequest): Promise<Ctx> {
  const [authorization, ...others] = receivedHeader(received, "authorization");
  const types = receivedHeader(received, "auth-type");
  if (types.length !== 1 || types[0]?.trim().toLowerCase() !== "use-basic")
    throw new AppError("unauthenticated", "send the header auth-type: use-basic with Basic credentials");
  // A browser that is signed in to the console is no program.
  const hasSession = receivedHeader(received, "cookie").some(
    (cookies) => readCookie(cookies, sessionCookies().session.name) !== null,
  );
  const ctx =
    authorization !== undefined && others.length === 0 && !hasSession
      ? await checkAccessKey(authorization, "visionular", received.clientAddress)
      : null;
  if (ctx === null) throw new AppError("unauthenticated", "the access key ID or its secret is wrong");
  return ctx;
}

function readQuery({ target }: ReceivedRequest): Record<string, string> {
  const mark = target.indexOf("?");
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1))) {
    if (name in query) throw new AppError("invalid_input", `${name} is given twice`);
    query[name] = value;
  }
  return query;
}

/** The domain's field names in the vendor's words. */
const FIELDS: Readonly<Record<string, string>> = {
  templates: "template_name",
  source: "input",
  outputPattern: "output",
  outputId: "storage_id",
};

/** What is wrong with which of the vendor's fields. */
function sentenceOf(error: AppError): string {
  const issue: FieldIssue | undefined = error.issues[0];
  const field = issue && FIELDS[issue.path.split(".")[0] ?? ""];
  return issue && field ? `${field}: ${issue.message}` : error.message;
}

import NextAuth from "next-auth";
import type { NextRequest } from "next/server";

import { authOptions } from "#lib/auth/auth-options.ts";
import { AppError } from "#lib/errors.ts";
import { errorResponse } from "#lib/http/error-response.ts";

/** An e-mail, a password and a token fit many times; next-auth itself would read a body of any size. */
const BODY_LIMIT_BYTES = 16_384;

type Context = { params: Promise<{ nextauth: string[] }> };

async function handle(request: NextRequest, context: Context): Promise<Response> {
  const length = Number(
    request.headers.get("content-length") ?? (request.method === "POST" ? Number.NaN : 0),
  );
  if (!(length <= BODY_LIMIT_BYTES))
    return errorResponse(
      new AppError("too_large", `Send at most ${BODY_LIMIT_BYTES} bytes, with Content-Length.`),
    );
  return (await NextAuth(request, context, authOptions())) as Response;
}

export { handle as GET, handle as POST };

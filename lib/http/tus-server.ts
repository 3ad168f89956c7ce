import { Server } from "@tus/server";

import { AppError, type ErrorCode } from "#lib/errors.ts";
import { errorBody } from "#lib/http/error-response.ts";

type Options = ConstructorParameters<typeof Server>[0];
type Write = Server["write"];

/** What a refusal says, and whether its client reads JSON. */
export type Refusal = { error: AppError; isJson: boolean };

/** The library's own refusals by their status; its sentences name headers only. */
const WORDS: Record<number, readonly [ErrorCode, string | null]> = {
  400: ["invalid_input", null],
  403: ["invalid_input", null],
  404: ["not_found", "There is no such upload, or it was removed."],
  409: [
    "conflict",
    "Upload-Offset is not where the stored part ends. Ask with HEAD how far it is, and go on from there.",
  ],
  410: ["not_found", "There is no such upload, or it was removed."],
  412: ["invalid_input", "Send Tus-Resumable: 1.0.0."],
  413: ["too_large", "More bytes came than were announced with Upload-Length."],
  501: ["invalid_input", null],
};

/**
 * The tus server with every refusal in the native API's shape, under tus's own status; a client that accepts text only
 * gets the sentence. `refusalOf` says for the request that is being answered what to write, given what the library would
 * have written.
 */
export class TusServer extends Server {
  readonly #refusalOf: (libraryError: AppError) => Refusal;

  constructor(options: Options, refusalOf: (libraryError: AppError) => Refusal) {
    super(options);
    this.#refusalOf = refusalOf;
  }

  /** The library ends every refused request here, and no other. */
  override write(...[context, headers, status, body]: Parameters<Write>): ReturnType<Write> {
    const { error, isJson } = this.#refusalOf(libraryError(status, body ?? ""));
    headers.set("Content-Type", isJson ? "application/json" : "text/plain; charset=utf-8");
    if (error.retryAfterSeconds !== undefined)
      headers.set("Retry-After", String(Math.ceil(error.retryAfterSeconds)));
    return super.write(
      context,
      headers,
      status,
      isJson ? JSON.stringify(errorBody(error)) : `${error.message}\n`,
    );
  }
}

function libraryError(status: number, body: string): AppError {
  const [code, sentence] = WORDS[status] ?? [status < 500 ? "invalid_input" : "internal", null];
  const own = body.trim().replace(/\.?$/, ".");
  return new AppError(code, sentence ?? own);
}

/** Whether a client takes JSON: it says so, says anything goes, or says nothing. */
export function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || /(^|[\s,])(application\/(json|\*)|\*\/\*)(?=$|[\s,;])/i.test(accept);
}

import { AppError } from "#lib/errors.ts";

/** Bodies of the JSON APIs are settings, not media. */
export const JSON_LIMIT_BYTES = 1_048_576;

/**
 * The JSON body of a request, unvalidated. Refuses another content type (415; it is also what keeps a cross-site form
 * from posting JSON), more than `limitBytes` (413, read no further) and text that is not JSON (400).
 */
export async function readJson(request: Request, limitBytes: number = JSON_LIMIT_BYTES): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type !== "application/json")
    throw new AppError(
      "unsupported_media_type",
      "Send the body as JSON, with Content-Type: application/json.",
    );
  const bytes = await readBytes(request, limitBytes);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new AppError("invalid_input", "The body is not valid JSON.", { cause });
  }
}

/** The whole body, or `too_large` as soon as more than `limitBytes` has come. */
export async function readBytes(request: Request, limitBytes: number): Promise<Buffer> {
  const refuse = () => new AppError("too_large", `The body is larger than ${limitBytes} bytes.`);
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > limitBytes) throw refuse();
  if (request.body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    size += value.byteLength;
    if (size > limitBytes) {
      await reader.cancel();
      throw refuse();
    }
    chunks.push(value);
  }
}

/** Every answer of AuroraCloud. `code` 0 is success; `data` is always an object, because the Go client decodes one. */
export type Envelope<T extends object> = { code: number; msg: string; data: T; request_id: string };

export function envelope<T extends object>(
  code: number,
  msg: string,
  data: T,
  requestId: string,
): Envelope<T> {
  return { code, msg, data, request_id: requestId };
}

/** Request header that lib/http/server.ts writes (a client's own is removed): the client's IP address. */
export const CLIENT_ADDRESS_HEADER = "x-client-ip";

/** The client's IP address as the server saw it, or `unknown` behind another server than ours. */
export function clientAddress(request: Request): string {
  return request.headers.get(CLIENT_ADDRESS_HEADER) ?? "unknown";
}

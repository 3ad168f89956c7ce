export const dynamic = "force-dynamic";

/** The console starts with its tasks. */
export function GET(): Response {
  // Relative, so that it holds behind every proxy and under every name of this host.
  return new Response(null, { status: 307, headers: { Location: "/tasks" } });
}

import { health } from "#lib/http/health.ts";

export const dynamic = "force-dynamic";

/** 200 with the state of database, queue and workers once the first two answer, 503 otherwise. For anybody: no secret, no name. */
export async function GET(): Promise<Response> {
  const state = await health();
  const headers = { "Cache-Control": "no-store" };
  return Response.json(state, { status: state.status === "ready" ? 200 : 503, headers });
}

import { consoleRoute } from "#lib/http/console-route.ts";
import { withdrawInvite } from "#lib/invites/withdraw-invite.ts";

export const dynamic = "force-dynamic";

export const DELETE = consoleRoute<{ inviteId: string }>(async ({ ctx, params }) => {
  await withdrawInvite(ctx, params.inviteId);
  return new Response(null, { status: 204 });
});

import { authenticate, credentialsOf } from "#lib/http/authenticate.ts";
import { consoleRoute } from "#lib/http/console-route.ts";
import { eventStream } from "#lib/http/event-stream.ts";

/** Live changes of the project's tasks, as server-sent events. */
export const GET = consoleRoute(({ request, ctx }) =>
  eventStream(ctx.projectId, request.signal, () => authenticate("GET", credentialsOf(request.headers))),
);

import { consoleRoute } from "#lib/http/console-route.ts";
import { readJson } from "#lib/http/read-json.ts";
import { testOutputSettings } from "#lib/outputs/test-output.ts";

export const dynamic = "force-dynamic";

/** Settings that are not saved; `outputId` beside them stands for what they lack. */
export const POST = consoleRoute(async ({ request, ctx }) =>
  Response.json(await testOutputSettings(ctx, await readJson(request))),
);

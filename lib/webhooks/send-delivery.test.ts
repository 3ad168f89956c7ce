import { afterEach, expect, test } from "vitest";

import { sendDelivery } from "#lib/webhooks/send-delivery.ts";
import { newWebhookSecret } from "#lib/webhooks/signature.ts";
import { startSink } from "#lib/webhooks/test-sink.ts";

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

const NOBODY = { allowedPrivateCidrs: [] };

test.each([
  ["a name that leads to this machine", ["127.0.0.1"]],
  ["a name with a public and a private address", ["93.184.216.34", "127.0.0.1"]],
  ["a name that leads to a cloud's metadata service", ["169.254.169.254"]],
])("%s is not called", async (_, addresses) => {
  const sink = await startSink((response) => response.writeHead(200).end());
  close = sink.close;
  const sent = await sendDelivery(
    {
      eventId: "evt_1",
      url: sink.url.replace("127.0.0.1", "rebinding.example"),
      body: "{}",
      secrets: [newWebhookSecret()],
    },
    { policy: NOBODY, signal: new AbortController().signal, resolve: async () => addresses },
  );
  expect(sent).toMatchObject({ problem: "blocked", status: null, response: null });
  expect(sink.received).toEqual([]);
});

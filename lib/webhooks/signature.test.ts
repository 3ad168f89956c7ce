import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";

import { newWebhookSecret, signatureHeaders } from "#lib/webhooks/signature.ts";

test("a message is signed as the specification's own example", () => {
  // https://github.com/standard-webhooks/standard-webhooks, libraries' shared test vector.
  const headers = signatureHeaders(
    { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestampSeconds: 1614265330, body: '{"test": 2432232314}' },
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  );
  expect(headers).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("during a rotation each secret signs", () => {
  const message = { id: "evt_1", timestampSeconds: 1, body: "{}" };
  const [one, two] = [newWebhookSecret(), newWebhookSecret()];
  const both = signatureHeaders(message, [one, two])["webhook-signature"]?.split(" ");
  expect(both).toEqual([one, two].map((secret) => signatureHeaders(message, [secret])["webhook-signature"]));
});

test("a secret has 32 bytes, and no two are alike", () => {
  expect(Buffer.from(newWebhookSecret().slice("whsec_".length), "base64")).toHaveLength(32);
  expect(newWebhookSecret()).not.toBe(newWebhookSecret());
});

test("the specification's own library accepts what is sent, and nothing that was changed", () => {
  const secret = newWebhookSecret();
  const body = JSON.stringify({ type: "task.succeeded", data: { id: "tsk_1", name: "été 🎬" } });
  const message = { id: "evt_1", timestampSeconds: Math.floor(Date.now() / 1000), body };
  const headers = signatureHeaders(message, [newWebhookSecret(), secret]);
  const receiver = new Webhook(secret);
  expect(receiver.verify(body, headers)).toEqual(JSON.parse(body));
  const changed: [string, Record<string, string>][] = [
    [`${body} `, headers],
    [body, { ...headers, "webhook-id": "evt_2" }],
    [body, { ...headers, "webhook-timestamp": String(message.timestampSeconds + 1) }],
    [body, signatureHeaders({ ...message, timestampSeconds: message.timestampSeconds - 600 }, [secret])],
    [body, signatureHeaders(message, [newWebhookSecret()])],
  ];
  for (const [text, given] of changed) expect(() => receiver.verify(text, given)).toThrow();
});

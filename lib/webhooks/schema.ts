import * as z from "zod";

import { DELIVERY_STATES } from "#lib/webhooks/status.ts";

/** What an endpoint can subscribe to: the ways in which a task ends. */
export const WEBHOOK_EVENTS = ["task.succeeded", "task.partial", "task.failed", "task.canceled"] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** The event of "Send test"; nobody subscribes to it. */
export const TEST_EVENT = "webhook.test";

const MAX_URL_LENGTH = 2_048;

/** An http or https address without user information. Where it leads to is judged when it is called. */
export const webhookUrlSchema = z.string().trim().max(MAX_URL_LENGTH).refine(isCallable, {
  error: "Give an address that starts with https:// or http:// and has no user name or password in it.",
});

/** Body of POST /api/v1/webhooks/endpoints. */
export const createEndpointSchema = z.object({
  url: webhookUrlSchema,
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .min(1, "Choose at least one event.")
    .transform((events) => WEBHOOK_EVENTS.filter((event) => events.includes(event))),
});
export type CreateEndpointInput = z.input<typeof createEndpointSchema>;

const MAX_LIMIT = 100;

/** Query of GET /api/v1/webhooks/deliveries. Total: junk falls back to "all". */
export const deliveryQuerySchema = z.object({
  state: z.enum(DELIVERY_STATES).nullable().catch(null),
  endpoint: z.string().nullable().catch(null),
  task: z.string().nullable().catch(null),
  cursor: z.string().nullable().catch(null),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).catch(50),
});
export type DeliveryQuery = z.output<typeof deliveryQuerySchema>;

function isCallable(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" &&
    url.password === ""
  );
}

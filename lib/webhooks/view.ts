import type { DeliveryProblem, DeliveryState, DisabledReason } from "#lib/webhooks/status.ts";

/** How the deliveries of the last seven days ended, those still under way left out. */
export type DeliveryRate = { delivered: number; dead: number };

/** GET /api/v1/webhooks/endpoints. The query part of an address is for admins: it may hold a token. */
export type EndpointView = {
  /** whe_… */
  id: string;
  url: string;
  events: string[];
  enabled: boolean;
  disabledReason: DisabledReason | null;
  /** While two secrets sign: until when the older one does. */
  previousSecretUntil: string | null;
  rate: DeliveryRate;
  createdAt: string;
};

/** An Output with a callback address. */
export type CallbackView = { outputId: string; outputName: string; url: string; rate: DeliveryRate };

export type EndpointList = { items: EndpointView[]; callbacks: CallbackView[] };

/** Answer of adding an endpoint and of rotating its secret: the only ones that show it. */
export type EndpointWithSecret = { endpoint: EndpointView; secret: string };

/** One event for one receiver. */
export type DeliveryView = {
  /** whd_… */
  id: string;
  /** evt_…, sent as `webhook-id`. */
  eventId: string;
  event: string;
  state: DeliveryState;
  target: { kind: "endpoint" | "output"; id: string | null; name: string | null };
  url: string;
  task: { id: string; name: string } | null;
  attempts: number;
  lastStatus: number | null;
  lastLatencyMs: number | null;
  lastError: DeliveryProblem | null;
  /** Null when nothing more is due. */
  nextAttemptAt: string | null;
  /** It waits because its endpoint is disabled. */
  isPaused: boolean;
  createdAt: string;
};

export type DeliveryPage = { items: DeliveryView[]; nextCursor: string | null };

export type AttemptView = {
  number: number;
  at: string;
  status: number | null;
  latencyMs: number;
  error: DeliveryProblem | null;
  /** First KB of the answer; null for everybody but admins. */
  response: string | null;
};

/** GET /api/v1/webhooks/deliveries/{deliveryId} */
export type DeliveryDetail = DeliveryView & { body: string; tried: AttemptView[] };

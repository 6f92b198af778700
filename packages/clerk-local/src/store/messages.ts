/** One request to an endpoint. */
export interface DeliveryAttempt {
  /** By the instance's clock, ms since 1970. */
  at: number;
  /** Real time. */
  durationMs: number;
  url: string;
  requestHeaders: Record<string, string>;
  /** Null: no answer; `error` says why. */
  status: number | null;
  error?: string;
  /** The body is cut after 4096 characters. */
  answer: { headers: Record<string, string>; body: string } | null;
}

/** What chaos did to a delivery. A `duplicate` is a second delivery of a message to the same endpoint. */
export type ChaosEffect = 'duplicate' | 'delay' | 'reorder' | 'drop';

/** A webhook message, for one endpoint. */
export interface Delivery {
  id: string;
  /** Of the message: the same at all endpoints, and when it is sent again. */
  svixId: string;
  /** Null: no endpoint wanted it at that time. */
  endpointId: string | null;
  type: string;
  /** The JSON text: every attempt signs and sends the same bytes. */
  body: string;
  createdAt: number;
  /**
   * `failed`: no attempts left, or the endpoint declined further ones. `unsent`: no endpoint wanted it at
   * that time. `dropped`: by chaos. A resend or a replay sends each of them.
   */
  state: 'pending' | 'delivered' | 'failed' | 'unsent' | 'dropped';
  attempts: DeliveryAttempt[];
  /** Attempts since the event or the last "resend"; the index of the next delay. */
  tries: number;
  nextAttemptAt: number;
  chaos: ChaosEffect[];
  /** Reordered: it waits for the first attempt of this later delivery; null while there is no later one. */
  after?: string | null;
}

/** Where webhooks go. */
export interface WebhookEndpoint {
  id: string;
  url: string;
  /** Null: all. */
  eventTypes: string[] | null;
  /** It gets no new events, and its pending deliveries wait. */
  disabled: boolean;
  /** `whsec_…`, the newest first: after a rotation, the older ones sign, too, until they expire. */
  secrets: { secret: string; expiresAt: number | null }[];
  /** Null: the instance's. */
  retryDelaysMs: readonly number[] | null;
  createdAt: number;
}

/** An e-mail or text message that was "sent", for the page and the console. */
export interface Mail {
  id: string;
  kind: 'email' | 'sms';
  to: string;
  subject: string;
  body: string;
  /** The code or link that it contains. */
  code: string | null;
  created_at: number;
}

/** The endpoint of `webhookUrl` and `setWebhookUrl`. */
export const DEFAULT_ENDPOINT_ID = 'ep_default';

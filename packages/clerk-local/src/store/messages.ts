/** A webhook message and its attempts at the endpoint. */
export interface Delivery {
  svixId: string;
  type: string;
  /** The JSON text: every attempt signs and sends the same bytes. */
  body: string;
  createdAt: number;
  /**
   * `unsent`: no endpoint at that time. `failed`: no attempts left, or the endpoint declined further ones.
   */
  state: 'pending' | 'delivered' | 'failed' | 'unsent';
  attempts: { at: number; status: number | null; error?: string }[];
  /** Attempts since the event or the last "resend"; the index of the next delay. */
  tries: number;
  nextAttemptAt: number;
}

/** A stored delivery; `id` is its `svixId`. */
export interface Message extends Delivery {
  id: string;
}

/** Where webhooks go. */
export interface WebhookEndpoint {
  id: string;
  url: string;
  /** `whsec_…`, the newest first: after a rotation, the older ones sign, too. */
  secrets: string[];
  created_at: number;
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

import type { Mail } from './messages.ts';
import type { EventOptions, Store } from './store.ts';

/** A text message. */
export interface NewSms {
  to: string;
  /** The template, e.g. `verification_code`. */
  slug: string;
  /** Plain text. */
  body: string;
  /** The code or link that it contains. */
  code: string | null;
  user_id: string | null;
  /** The `idn_…` id of the address or number, when it is stored. */
  identification_id: string | null;
}

export interface NewEmail extends NewSms {
  subject: string;
}

/** Keeps an e-mail for the page and reports `email.created`, as an instance does that sends them itself. */
export function sendEmail(store: Store, email: NewEmail, options?: EventOptions): Mail {
  const mail = store.mails.put({
    id: store.newId('ema'),
    kind: 'email',
    to: email.to,
    subject: email.subject,
    body: email.body,
    code: email.code,
    created_at: store.now(),
  });
  const data = {
    object: 'email',
    id: mail.id,
    slug: email.slug,
    from_email_name: 'notifications',
    to_email_address: email.to,
    email_address_id: email.identification_id,
    user_id: email.user_id,
    subject: email.subject,
    body: htmlOf(email),
    body_plain: email.body,
    status: 'queued',
    data: {
      app: {
        name: store.settings.application_name,
        domain_name: 'localhost',
        url: 'http://localhost',
        logo_url: null,
        logo_image_url: '',
      },
      theme: { primary_color: '#6c47ff', button_text_color: '#ffffff', show_clerk_branding: false },
      user: { public_metadata: {}, public_metadata_fallback: '' },
      requested_at: new Date(mail.created_at).toISOString(),
      requested_by: 'clerk-local',
      ...(email.code === null ? {} : { otp_code: email.code }),
    },
    delivered_by_clerk: true,
  };
  store.emit('email.created', data, options);
  store.announce(mail);
  return mail;
}

/** The same for a text message; `sms.created` has the code as `data.otp_code` and in its text. */
export function sendSms(store: Store, sms: NewSms, options?: EventOptions): Mail {
  const mail = store.mails.put({
    id: store.newId('sms'),
    kind: 'sms',
    to: sms.to,
    subject: '',
    body: sms.body,
    code: sms.code,
    created_at: store.now(),
  });
  const data = {
    object: 'sms_message',
    id: mail.id,
    slug: sms.slug,
    from_phone_number: '+15555550100',
    to_phone_number: sms.to,
    phone_number_id: sms.identification_id,
    user_id: sms.user_id,
    message: sms.body,
    status: 'queued',
    data: sms.code === null ? {} : { otp_code: sms.code },
    delivered_by_clerk: true,
    // Clerk's document and its example name it differently.
    created_at: mail.created_at,
    created_at_ms: mail.created_at,
  };
  store.emit('sms.created', data, options);
  store.announce(mail);
  return mail;
}

function htmlOf({ subject, body }: NewEmail): string {
  const paragraphs = body.split('\n\n').map((text) => `<p>${escapeHtml(text.trim())}</p>`);
  return `<!doctype html><html><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>${paragraphs.join('')}</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

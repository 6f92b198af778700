import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { callerRefused, isOwnCaller } from '../server/access.ts';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { knownPeople } from '../store/external-accounts.ts';
import { answerConsent, openConsent, providerPerson, takeAnswer } from '../store/oauth.ts';
import { consentPage, consentPolicy } from './consent-page.ts';
import { finishOAuth } from './oauth-callback.ts';

const STYLE_SHEET = join(import.meta.dirname, 'static/consent.css');

const stateQuery = z.object({ state: z.string() });

const name = z.string().trim().max(256).default('');

const answerParameters = z.discriminatedUnion('consent', [
  z.object({ consent: z.literal('deny') }),
  z.object({ consent: z.literal('allow'), email_address: z.email(), first_name: name, last_name: name }),
]);

/** As a provider sends it; `error` is e.g. `access_denied`. */
const callbackParameters = z.object({
  state: z.string(),
  code: z.string().exactOptional(),
  error: z.string().exactOptional(),
});

/**
 * The local stand-in for Google and Apple: `GET /oauth_consent` shows the page, `POST` is its answer. Tests
 * without a browser POST the form themselves: `consent=allow`, `email_address` and, optionally, `first_name`
 * and `last_name`, or `consent=deny`; two redirects lead from there to the app.
 */
export function consentRoutes(api: Server): void {
  api.get('/oauth_consent', { schema: { querystring: stateQuery } }, (request, reply) => {
    const { store, proxyUrl } = instanceOf(request);
    const consent = openConsent(store, request.query.state);
    const styleSheet = `${new URL(proxyUrl).pathname}/oauth_consent.css`;
    return reply
      .header('content-security-policy', consentPolicy(consent))
      .type('text/html; charset=utf-8')
      .send(consentPage(consent, knownPeople(store, consent.provider), styleSheet));
  });

  api.get('/oauth_consent.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(await readFile(STYLE_SHEET)),
  );

  api.post(
    '/oauth_consent',
    { schema: { querystring: stateQuery, body: answerParameters } },
    (request, reply) => {
      if (!isOwnCaller(request)) throw callerRefused(request);
      const { store, proxyUrl } = instanceOf(request);
      const { state } = request.query;
      const { provider } = openConsent(store, state);
      const { body } = request;
      const person =
        body.consent === 'allow'
          ? providerPerson(provider, body.email_address, body.first_name, body.last_name)
          : null;
      const { code } = answerConsent(store, state, person);
      const answer = person && code !== null ? { code } : { error: 'access_denied' };
      const query = new URLSearchParams({ ...answer, state });
      return reply.redirect(`${proxyUrl}/v1/oauth_callback?${query.toString()}`, 303);
    },
  );

  api.get('/v1/oauth_callback', { schema: { querystring: callbackParameters } }, (request, reply) => {
    const { store } = instanceOf(request);
    const { state, code, error } = request.query;
    const answer = takeAnswer(store, state, error === undefined ? code : undefined);
    return reply.redirect(finishOAuth(request, answer).href, 303);
  });

  // Apple answers by POST.
  api.post('/v1/oauth_callback', { schema: { body: callbackParameters } }, (request, reply) => {
    const query = new URLSearchParams(request.body);
    return reply.redirect(`${instanceOf(request).proxyUrl}/v1/oauth_callback?${query.toString()}`, 303);
  });
}

import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { mintByTemplate } from '../store/jwt-templates.ts';
import { type EndStatus, endSession, touchSession } from '../store/sessions.ts';
import { answerSession } from './answers.ts';
import { activeClientSession, clientSession } from './client-sessions.ts';
import { changeClient, originOf } from './client.ts';
import { sessionToken } from './session-json.ts';

const sessionPath = z.object({ session_id: z.string() });
const templatePath = sessionPath.extend({ template_name: z.string() });

// Organizations are refused: an empty id is the personal account.
const organization = z.literal('').nullish();
const touchParameters = z.object({
  active_organization_id: organization,
  intent: z.enum(['focus', 'select_session', 'select_org']).optional(),
});
const tokenParameters = z.object({ organization_id: organization });

export function sessionRoutes(api: Server): void {
  const withId = { schema: { params: sessionPath } };
  api.get('/v1/client/sessions/:session_id', withId, (request) =>
    answerSession(request, clientSession(request, request.params.session_id)),
  );

  /** Makes it the client's session: `setActive` of clerk-js. */
  api.post(
    '/v1/client/sessions/:session_id/touch',
    { schema: { params: sessionPath, body: touchParameters } },
    (request) => {
      const { id } = activeClientSession(request, request.params.session_id);
      const session = touchSession(instanceOf(request).store, id);
      changeClient(request, (client) => {
        client.last_active_session_id = id;
      });
      return answerSession(request, session);
    },
  );

  const ends: [string, EndStatus][] = [
    ['end', 'ended'],
    ['remove', 'removed'],
  ];
  for (const [action, status] of ends) {
    api.post(`/v1/client/sessions/:session_id/${action}`, withId, (request) => {
      const { id } = clientSession(request, request.params.session_id);
      return answerSession(request, endSession(instanceOf(request).store, id, status));
    });
  }

  api.post(
    '/v1/client/sessions/:session_id/tokens',
    { schema: { params: sessionPath, body: tokenParameters } },
    (request) => {
      const session = activeClientSession(request, request.params.session_id);
      return { object: 'token', jwt: sessionToken(instanceOf(request), session, originOf(request)) };
    },
  );

  api.post(
    '/v1/client/sessions/:session_id/tokens/:template_name',
    { schema: { params: templatePath } },
    (request) => {
      const { store, tokens } = instanceOf(request);
      const session = activeClientSession(request, request.params.session_id);
      return { object: 'token', jwt: mintByTemplate(store, tokens, session, request.params.template_name) };
    },
  );
}

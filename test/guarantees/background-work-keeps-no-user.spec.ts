import { expect, it } from '@jest/globals';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Types } from 'mongoose';
import {
  currentContext,
  enterContext,
  RequestContext,
} from '../../src/common/observability/request-context.js';
import type { Principal } from '../../src/common/principal.js';

it('work that a request starts keeps its ids, and nothing of its user', () => {
  const context = new RequestContext('request-1');
  context.traceId = 'trace-1';
  context.userId = new Types.ObjectId();
  context.principal = { subject: 'user_ann' } as Principal;
  const request = { context } as FastifyRequest;
  let kept: unknown;

  enterContext.call({} as FastifyInstance, request, {} as FastifyReply, () => {
    kept = currentContext();
  });

  expect(kept).toEqual({ requestId: 'request-1', traceId: 'trace-1', span: undefined });
  expect(currentContext()).toBeUndefined();
});

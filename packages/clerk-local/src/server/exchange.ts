import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Fault } from '../store/faults.ts';

/** A request and its answer. */
export interface Exchange {
  method: string;
  /** With its query. */
  path: string;
  /** The pattern of its route, e.g. `/v1/users/:user_id`. Absent when there is no such route. */
  route?: string;
  requestHeaders: Readonly<Record<string, string | string[] | undefined>>;
  /** As parsed. Undefined when there is none, or one that cannot be parsed. */
  requestBody: unknown;
  status: number;
  /** Without its parameters, e.g. `application/json`. Empty when there is no body. */
  contentType: string;
  body: string;
  /** The injected fault that it met. */
  fault?: Fault['mode'];
}

export function exchangeOf(request: FastifyRequest, reply: FastifyReply, payload: unknown): Exchange {
  const fault = request.getDecorator<Fault | null>('fault')?.mode;
  const { url: route } = request.routeOptions;
  const [contentType = ''] = String(reply.getHeader('content-type') ?? '').split(';');
  return {
    method: request.method,
    path: request.url,
    ...(route === undefined ? {} : { route }),
    requestHeaders: request.headers,
    requestBody: request.body,
    status: reply.statusCode,
    contentType,
    body: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.toString() : '',
    ...(fault === undefined ? {} : { fault }),
  };
}

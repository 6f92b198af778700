import 'reflect-metadata';
import { createServer } from 'node:http';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import fastify from 'fastify';
import { announce, PREFIX } from './peer.ts';

/*
 * Fixed answers without a database: what the HTTP layers alone cost. `ON`: `node`, `fastify` or `nest` (on
 * Fastify, as the service). `ANSWERS`: JSON of path → body. node:http sends the bytes of the path; the
 * frameworks serialise the profile, as a handler's result.
 */
const { ON, ANSWERS = '{}' } = process.env;
const answers = JSON.parse(ANSWERS) as Partial<Record<string, string>>;
const body: unknown = JSON.parse(answers[`${PREFIX}/users/me`] ?? '{}');

@Controller()
class OneController {
  @Get(`${PREFIX}/users/me`)
  get(): unknown {
    return body;
  }
}

@Module({ controllers: [OneController] })
class OneModule {}

if (ON === 'nest') {
  const app = await NestFactory.create<NestFastifyApplication>(OneModule, new FastifyAdapter(), {
    logger: false,
  });
  await app.listen(0, '127.0.0.1');
  announce(app.getHttpServer().address());
} else if (ON === 'fastify') {
  const app = fastify();
  app.get(`${PREFIX}/users/me`, () => body);
  await app.listen({ port: 0, host: '127.0.0.1' });
  announce(app.server.address());
} else {
  const server = createServer((request, response) => {
    const json = answers[request.url ?? ''] ?? '{}';
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(json),
    });
    response.end(json);
  });
  server.listen(0, '127.0.0.1', () => {
    announce(server.address());
  });
}

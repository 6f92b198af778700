import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';

/** As long as a header may be: what is wrong with a parameter is for its route to say. */
export const MAX_PARAMETER_LENGTH = 16_384;

/**
 * The routes that exist, so that a known address asked with the wrong method is 405 with `Allow`, not 404: Fastify's
 * own router answers both alike.
 */
@Injectable()
export class RouteTable {
  private readonly router = findMyWay({ maxParamLength: MAX_PARAMETER_LENGTH });
  private readonly methods = new Set<HTTPMethod>();

  /** Starts to record. Call before the first route is registered. */
  watch(instance: FastifyInstance): void {
    instance.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat() as HTTPMethod[]) {
        // Every address answers to OPTIONS when CORS is on; that makes none known.
        if (name === 'OPTIONS') continue;
        // Fastify adds a HEAD to every GET once more on its own; a second entry would throw.
        if (this.router.hasRoute(name, url)) continue;
        this.router.on(name, url, () => undefined);
        this.methods.add(name);
      }
    });
  }

  /** The methods of the route at `url` (a path with or without query) when `method` is none of them, else none. */
  methodsAt(url: string, method: string): string[] {
    const path = url.split('?', 1)[0] ?? url;
    const found = [...this.methods].filter((name) => this.router.find(name, path) !== null);
    return found.includes(method as HTTPMethod) ? [] : found;
  }
}

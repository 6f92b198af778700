import { Injectable } from '@nestjs/common';
import type { onRouteHookHandler } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';

/** As long as a header may be: each route validates its parameters itself. */
export const MAX_PARAMETER_LENGTH = 16_384;

/**
 * The routes that exist, so that a wrong method on a known path is 405 with `Allow`, not 404: Fastify's router doesn't tell the two
 * apart.
 */
@Injectable()
export class RouteTable {
  private readonly router = findMyWay({ maxParamLength: MAX_PARAMETER_LENGTH });
  private readonly methods = new Set<HTTPMethod>();

  /** onRoute: records a route. */
  readonly onRoute: onRouteHookHandler = ({ method, url }) => {
    for (const name of [method].flat() as HTTPMethod[]) {
      // With CORS every path answers to OPTIONS; that doesn't make the path known.
      if (name === 'OPTIONS') continue;
      // Fastify adds HEAD to every GET itself; a second entry would throw.
      if (this.router.hasRoute(name, url)) continue;
      this.router.on(name, url, () => undefined);
      this.methods.add(name);
    }
  };

  /** The methods of the route at `url` (a path with or without query) when `method` is none of them, else none. */
  methodsAt(url: string, method: string): string[] {
    const path = url.split('?', 1)[0] ?? url;
    const found = [...this.methods].filter((name) => this.router.find(name, path) !== null);
    return found.includes(method as HTTPMethod) ? [] : found;
  }
}

import { Injectable } from '@nestjs/common';
import type { onRouteHookHandler } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';

/** The limit of headers: each route validates its parameters itself. */
export const MAX_PARAMETER_LENGTH = 16_384;

/**
 * The routes that exist, so that a wrong method on a known path is 405 with `Allow`: Fastify's router
 * answers 404 for both.
 */
@Injectable()
export class RouteTable {
  private readonly router = findMyWay({ maxParamLength: MAX_PARAMETER_LENGTH });
  private readonly methods = new Set<HTTPMethod>();

  readonly onRoute: onRouteHookHandler = ({ method, url }) => {
    for (const name of [method].flat() as HTTPMethod[]) {
      // CORS answers OPTIONS on every path; that doesn't make the path known.
      if (name === 'OPTIONS') continue;
      // Fastify adds HEAD to every GET; a second entry would throw.
      if (this.router.hasRoute(name, url)) continue;
      this.router.on(name, url, () => undefined);
      this.methods.add(name);
    }
  };

  /**
   * The methods of the route at `url` (with or without query) if `method` is not one of them; otherwise
   * empty.
   */
  methodsAt(url: string, method: string): string[] {
    const path = url.split('?', 1)[0] ?? url;
    const found = [...this.methods].filter((name) => this.router.find(name, path) !== null);
    return found.includes(method as HTTPMethod) ? [] : found;
  }
}

type Fetch = typeof fetch;

/** The network between an app and the service. */
export interface Network {
  fetch: Fetch;
  /** What reached the service or got lost on the way to it, e.g. `POST …/wishlist/batch`. */
  requests: string[];
  /** `offline`: nothing arrives. `503`: by a proxy. `lost`: the service does it, its answer gets lost. */
  fault: 'none' | 'offline' | '503' | 'lost';
  /** Awaited after each request was done by the service, and before its answer is given. */
  hold: Promise<unknown> | undefined;
}

export function createNetwork(): Network {
  const network: Network = {
    requests: [],
    fault: 'none',
    hold: undefined,
    fetch: async (input, init) => {
      const { method, url } = new Request(input, init);
      network.requests.push(`${method} ${new URL(url).pathname.replace('/api/v2/users/me/', '')}`);
      const { fault } = network;
      if (fault === 'offline') throw new TypeError('fetch failed');
      if (fault === '503') return unavailable();
      const answer = await fetch(input, init);
      await network.hold;
      if (fault === 'lost') throw new TypeError('fetch failed');
      return answer;
    },
  };
  return network;
}

function unavailable(): Response {
  const problem = { code: 'dependency_unavailable', status: 503, title: 'Unavailable' };
  return new Response(JSON.stringify(problem), {
    status: 503,
    headers: { 'content-type': 'application/problem+json' },
  });
}

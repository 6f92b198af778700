/** Follows, blocks and privacy of a few people, numbered, as plain sets: what the API must agree with. */
export interface Graph {
  /** `<follower>><followee>` → its state. */
  edges: ReadonlyMap<string, 'following' | 'requested'>;
  /** `<blocker>><blocked>`. */
  blocks: ReadonlySet<string>;
  isPrivate: ReadonlySet<number>;
}

export const KINDS = [
  'follow',
  'unfollow',
  'accept',
  'decline',
  'remove follower',
  'block',
  'unblock',
  'go private',
  'go public',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Action {
  kind: Kind;
  who: number;
  whom: number;
}

/** A change at one point of time. Going public is two of them: the change, then requests are accepted. */
type Event = Action & { phase: 'act' | 'accept waiting' };

/** The graph after an action, and the answer to it. */
export function act(graph: Graph, { kind, who, whom }: Action): { graph: Graph; answer: string } {
  const edges = new Map(graph.edges);
  const blocks = new Set(graph.blocks);
  const isPrivate = new Set(graph.isPrivate);
  const after = (answer: string) => ({ graph: { edges, blocks, isPrivate }, answer });
  if (kind === 'go private' || kind === 'go public') {
    if (kind === 'go private') isPrivate.add(who);
    else isPrivate.delete(who);
    return after('200');
  }
  if (who === whom && kind === 'follow') return after('422 cannot_follow_self');
  if (who === whom && kind === 'block') return after('422 cannot_block_self');
  if (blocks.has(`${whom}>${who}`)) return after('404 user_not_found');
  const [mine, theirs] = [`${who}>${whom}`, `${whom}>${who}`];
  switch (kind) {
    case 'follow': {
      const state = edges.get(mine);
      if (state !== undefined) return after(`200 ${state}`);
      if (blocks.has(mine)) return after('403 forbidden');
      const made = isPrivate.has(whom) ? 'requested' : 'following';
      edges.set(mine, made);
      return after(`200 ${made}`);
    }
    case 'unfollow':
      edges.delete(mine);
      return after('204');
    case 'accept':
      if (!edges.has(theirs)) return after('404 not_found');
      edges.set(theirs, 'following');
      return after('200');
    case 'decline':
      if (edges.get(theirs) === 'requested') edges.delete(theirs);
      return after('204');
    case 'remove follower':
      if (edges.get(theirs) === 'following') edges.delete(theirs);
      return after('204');
    case 'block':
      blocks.add(mine);
      edges.delete(mine);
      edges.delete(theirs);
      return after('204');
    case 'unblock':
      blocks.delete(mine);
      return after('204');
  }
}

/** Accepts all requests to a user, unless the user is private (again). */
function acceptWaiting(graph: Graph, who: number): Graph {
  if (graph.isPrivate.has(who)) return graph;
  const edges = new Map(graph.edges);
  for (const edge of edges.keys()) if (edge.endsWith(`>${who}`)) edges.set(edge, 'following');
  return { ...graph, edges };
}

/** The possible graphs after parallel actions: one for each order that explains all answers. */
export function linearizations(graph: Graph, actions: readonly (Action & { answer: string })[]): Graph[] {
  const ends = new Map<string, Graph>();
  const seen = new Set<string>();
  const go = (at: Graph, left: readonly (Event & { answer: string })[]) => {
    const key = JSON.stringify([[...at.edges], [...at.blocks], [...at.isPrivate], left]);
    if (seen.has(key)) return;
    seen.add(key);
    if (left.length === 0) ends.set(key, at);
    for (const [index, event] of left.entries()) {
      const others = left.filter((_, other) => other !== index);
      if (event.phase === 'accept waiting') {
        go(acceptWaiting(at, event.who), others);
        continue;
      }
      const { graph: next, answer } = act(at, event);
      if (answer !== event.answer) continue;
      go(next, event.kind === 'go public' ? [...others, { ...event, phase: 'accept waiting' }] : others);
    }
  };
  go(
    graph,
    actions.map((action) => ({ ...action, phase: 'act' })),
  );
  return [...ends.values()];
}

/** What one person must see of another. */
export function visibilityOf({ edges, blocks, isPrivate }: Graph, viewer: number, owner: number) {
  const isHidden = (who: number) => blocks.has(`${who}>${viewer}`);
  const isOpen = viewer === owner || !isPrivate.has(owner) || edges.get(`${viewer}>${owner}`) === 'following';
  return {
    card: isHidden(owner) ? 404 : 200,
    shared: isHidden(owner) ? 404 : isOpen ? 200 : 403,
    relationship: {
      following: edges.get(`${viewer}>${owner}`) === 'following',
      requested: edges.get(`${viewer}>${owner}`) === 'requested',
      followedBy: edges.get(`${owner}>${viewer}`) === 'following',
      blocking: blocks.has(`${viewer}>${owner}`),
    },
    /** The people in the list of edges whose `end` (0 follower, 1 followee) is the owner. */
    network: (end: 0 | 1) =>
      [...edges]
        .filter(([edge, state]) => state === 'following' && edge.split('>')[end] === String(owner))
        .map(([edge]) => Number(edge.split('>')[1 - end]))
        .filter((other) => !isHidden(other))
        .sort(),
  };
}

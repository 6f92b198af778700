import { parser } from '@prometheus-io/lezer-promql';

/** A metric that a query names, with the labels it selects by or groups by. */
export interface NamedMetric {
  metric: string;
  labels: string[];
}

type Tree = ReturnType<typeof parser.parse>;

/**
 * The metrics that a PromQL query names. Labels of groupings and matchers count for every metric of the query. Grafana's own variables are
 * replaced by durations first. Throws for what isn't PromQL.
 */
export function metricsNamedIn(query: string): NamedMetric[] {
  const text = query.replaceAll('$__rate_interval', '5m');
  const tree: Tree = parser.parse(text);
  const metrics = new Set<string>();
  const labels = new Set<string>();
  tree.iterate({
    enter: ({ type, from, to, node }) => {
      const word = text.slice(from, to);
      if (type.isError) throw new Error(`No PromQL at ${from}: ${query}`);
      if (type.name === 'Identifier' && node.parent?.type.name === 'VectorSelector') metrics.add(word);
      if (type.name === 'LabelName') labels.add(word);
    },
  });
  return [...metrics].map((metric) => ({ metric, labels: [...labels] }));
}

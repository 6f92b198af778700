import { parser } from '@prometheus-io/lezer-promql';

/** A metric that a query names, with the labels it selects by or groups by. */
export interface NamedMetric {
  metric: string;
  labels: string[];
}

type Tree = ReturnType<typeof parser.parse>;

/**
 * The metrics of a PromQL query. Labels of matchers count for the selected metric, labels of groupings for
 * every metric of the query. Grafana's variables are replaced by durations first.
 * @throws when the query isn't PromQL
 */
export function metricsNamedIn(query: string): NamedMetric[] {
  const text = query.replaceAll('$__rate_interval', '5m');
  const tree: Tree = parser.parse(text);
  const matched = new Map<string, Set<string>>();
  const grouped = new Set<string>();
  let selected: Set<string> | undefined;
  tree.iterate({
    enter: ({ type, from, to, node }) => {
      const word = text.slice(from, to);
      if (type.isError) throw new Error(`No PromQL at ${from}: ${query}`);
      if (type.name === 'Identifier' && node.parent?.type.name === 'VectorSelector') {
        selected = matched.get(word) ?? new Set();
        matched.set(word, selected);
      }
      if (type.name === 'LabelName') (selected ?? grouped).add(word);
    },
    leave: ({ type }) => {
      if (type.name === 'VectorSelector') selected = undefined;
    },
  });
  return [...matched].map(([metric, labels]) => ({ metric, labels: [...labels, ...grouped] }));
}

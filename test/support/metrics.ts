/** All metrics of an instance, in Prometheus's text format. */
export async function metricsText(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/**
 * The value of one metric of an instance; undefined where there is no such line.
 * @param name with its labels, e.g. `rate_limited_total{scope="refused"}`
 */
export async function metricOf(url: string, name: string): Promise<number | undefined> {
  const line = (await metricsText(url)).split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

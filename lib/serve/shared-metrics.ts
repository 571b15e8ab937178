import { AggregatorRegistry } from 'prom-client'
import type { ShownFigures } from './metrics-listener'

/** The figures of all processes of one server together, read in the process that leads them. */
export function openSharedMetrics(): ShownFigures {
  const registry = new AggregatorRegistry()
  return { text: () => registry.clusterMetrics(), contentType: registry.contentType }
}

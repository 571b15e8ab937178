import { cpuOfPostgres, cpuOfStarted } from '../cpu'

const NAMES = { 'console.mjs': 'console', 'authority.mjs': 'authority', 'start.mjs': 'supervisor' } as const

/** Begins to count; called again, says which part of a core each process of the product took since. */
export function processorOf(postgresFolder: string): () => string {
  const read = () =>
    new Map([
      ...cpuOfStarted(Object.keys(NAMES)),
      ['PostgreSQL', cpuOfPostgres(postgresFolder)] as const,
      ['callers', process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000] as const,
    ])
  const [before, began] = [read(), performance.now()]
  return () => {
    const took = performance.now() - began
    const share = ([key, cpuMs]: [string, number]) => ((cpuMs - (before.get(key) ?? 0)) / took).toFixed(2)
    const nameOf = (key: string) => NAMES[key as keyof typeof NAMES] ?? key
    return [...read()].map((one) => `${nameOf(one[0])} ${share(one)}`).join(', ')
  }
}

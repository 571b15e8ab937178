// The browser reads this too, so it stays without a schema library.
import type { Delegation } from './delegation'
import type { Sensitivity } from './sensitivity'

/** How many may be answered with one act. */
export const MOST_AT_ONCE = 25

/** What decides whether several requests may be approved at once. */
export type Alike = {
  id: string
  template: { id: string } | null
  agent: string
  scopes: readonly { id: string; sensitivity: Sensitivity }[]
  durationSeconds: number
  uses?: number | null
  environment: string
  /** Sub-agents it names: who else may get it is not seen at one look. */
  delegation?: Delegation | null
  stage: { name: string; tenantId: string }
  isOpened: boolean
}

const termsOf = ({ template, agent, scopes, durationSeconds, uses = null, environment, stage }: Alike) =>
  JSON.stringify([
    template?.id,
    agent,
    scopes.map(({ id }) => id).sort(),
    durationSeconds,
    uses,
    environment,
    [stage.name, stage.tenantId],
  ])

/** Why these cannot be approved at once, in a sentence, or null: one look is enough only for what is alike and low. */
export function whyNotAtOnce(requests: readonly Alike[]): string | null {
  if (requests.length < 2) return 'Select at least two requests.'
  if (requests.length > MOST_AT_ONCE) return `Select at most ${MOST_AT_ONCE} requests.`
  const high = requests.find(({ scopes }) => scopes.some(({ sensitivity }) => sensitivity > 1))
  if (high) return `${high.id} is not of low sensitivity. Approve it by itself.`
  const free = requests.find(({ template }) => template === null)
  if (free) return `${free.id} is not from a template. Approve it by itself.`
  const naming = requests.find(({ delegation = null }) => delegation !== null)
  if (naming) return `${naming.id} names sub-agents. Approve it by itself.`
  if (new Set(requests.map(termsOf)).size > 1) return 'They are not identical. Approve them one by one.'
  const unread = requests.filter(({ isOpened }) => !isOpened).map(({ id }) => id)
  if (unread.length > 0) return `Open each one first. Not opened in the last 5 minutes: ${unread.join(', ')}.`
  return null
}

import { exchangeAt } from './at-replica'
import { agent, authority, world } from './open-authority'
import { grantTask } from './world'

/** Where this proof has its agent run: for a task of each environment, "issued" or why not, at both authorities. */
export async function askWhere(replicaUrl: string, token: string) {
  const at = (url: string, mandate: string) =>
    exchangeAt(
      { world, issuer: authority.issuer, url },
      { keys: agent.keys, svid: async () => token },
      mandate,
    )
  const answers: Record<string, string> = {}
  for (const environment of ['staging', 'production']) {
    const mandate = await agent.mandateOf((await grantTask(world, { environment })).grantId)
    const both = await Promise.all([authority.issuer, replicaUrl].map((url) => at(url, mandate)))
    const said = new Set(both.map(({ status, reason }) => (status === 200 ? 'issued' : reason)))
    answers[environment] = [...said].join(' and ')
  }
  return answers
}
export const NOWHERE = { staging: 'environment_mismatch', production: 'environment_mismatch' }
export const only = (environment: 'staging' | 'production') => ({ ...NOWHERE, [environment]: 'issued' })

'use client'

import { Propose, type Proposing } from '@/components/people/propose'
import { Input, Select, Textarea } from '@/components/ui/input'
import { AS_TRUST_DOMAIN } from '@/lib/domain/spiffe-workload'
import { errorOf } from '@/lib/web/form-state'

type Props = Proposing & {
  agent: { id: string; slug: string; environments: readonly string[] }
  domains: readonly string[]
  issuers: readonly { id: string; issuer: string }[]
}

const options = (texts: readonly string[]) =>
  texts.map((text) => (
    <option key={text} value={text}>
      {text}
    </option>
  ))

/** A key the agent signs its own client assertions with. */
export function AddKey({ agent, domains: _, issuers: __, ...proposing }: Props) {
  return (
    <Propose
      {...proposing}
      verb="Add key"
      title={`Add a key of ${agent.slug}`}
      fields={{ kind: 'key', agentId: agent.id }}
      said="Key added."
    >
      {(state) => (
        <>
          <p>
            Its private half stays with the agent, which signs its client assertions with it, as {agent.id}.
          </p>
          <Textarea
            label="Public key"
            name="key"
            required
            rows={4}
            hint="A JWK: EC, RSA or Ed25519, public members only."
            error={errorOf(state, 'key')}
          />
          <Select
            label="Environment"
            name="environment"
            hint="Where whoever holds this key runs."
            error={errorOf(state, 'environment')}
          >
            {options(agent.environments)}
          </Select>
        </>
      )}
    </Propose>
  )
}

/** A workload of a trust domain. */
export function AddSpiffeId({ agent, domains, issuers: _, ...proposing }: Props) {
  if (domains.length === 0) return null
  return (
    <Propose
      {...proposing}
      verb="Add SPIFFE ID"
      title={`Add a SPIFFE ID of ${agent.slug}`}
      fields={{ kind: 'spiffe', agentId: agent.id }}
      said="SPIFFE ID added."
    >
      {(state) => (
        <>
          <Select label="Trust domain" name="trustDomain" error={errorOf(state, 'trustDomain')}>
            {options(domains)}
          </Select>
          <Input
            label="Workload"
            name="workload"
            required
            autoComplete="off"
            hint="What follows /env/, the environment and a slash, as in agent/triage. With an environment chosen below: the whole path, as in ns/payments/sa/agent."
            error={errorOf(state, 'workload')}
          />
          <Select
            label="Match"
            name="match"
            hint="Below a path: agent/pool stands for agent/pool/a and agent/pool/b/c, not for agent/pool and not for agent/pools."
            error={errorOf(state, 'match')}
          >
            <option value="exact">This workload only</option>
            <option value="prefix">Every workload below this path</option>
          </Select>
          <Select
            label="Environment"
            name="environment"
            hint="Where it runs. Choose one when the ID has no /env/ in its path: then it is stated, and nobody verifies it."
            error={errorOf(state, 'environment')}
          >
            <option value="">As its path says, behind /env/</option>
            <option value={AS_TRUST_DOMAIN}>As its trust domain states</option>
            {options(agent.environments)}
          </Select>
        </>
      )}
    </Propose>
  )
}

/** What an issuer's tokens call the agent. */
export function AddSubject({ agent, issuers, domains: _, ...proposing }: Props) {
  if (issuers.length === 0) return null
  return (
    <Propose
      {...proposing}
      verb="Add subject"
      title={`Add what an issuer calls ${agent.slug}`}
      fields={{ kind: 'subject', agentId: agent.id }}
      said="Subject added."
    >
      {(state) => (
        <>
          <Select label="Issuer" name="issuerId" error={errorOf(state, 'issuerId')}>
            {issuers.map(({ id, issuer }) => (
              <option key={id} value={id}>
                {issuer}
              </option>
            ))}
          </Select>
          <Input
            label="Subject"
            name="subject"
            required
            autoComplete="off"
            hint="The sub of its tokens; on GitHub the id of the repository, a number."
            error={errorOf(state, 'subject')}
          />
          <Textarea
            label="Conditions"
            name="conditions"
            rows={3}
            hint="One a line: ref starts with refs/heads/, team in a, b, or /kubernetes.io/serviceaccount/uid = its uid."
            error={errorOf(state, 'conditions')}
          />
          <Select
            label="Environment"
            name="environment"
            hint="Where it runs, when no claim says it. A token whose claim says another is refused."
            error={errorOf(state, 'environment')}
          >
            <option value="">As its claims say, or its issuer states</option>
            {options(agent.environments)}
          </Select>
        </>
      )}
    </Propose>
  )
}

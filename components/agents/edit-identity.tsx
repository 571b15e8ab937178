'use client'

import { Propose, type Proposing } from '@/components/people/propose'
import { Select, Textarea } from '@/components/ui/input'
import { AS_TRUST_DOMAIN } from '@/lib/domain/spiffe-workload'
import { errorOf } from '@/lib/web/form-state'

type Props = Proposing & { of: { agentId: string; slug: string; identityId: string; what: string } }

/** What the tokens of an issuer have to say besides. */
export function EditConditions({ of, conditions, ...proposing }: Props & { conditions: string }) {
  const { agentId, slug, identityId, what } = of
  return (
    <Propose
      {...proposing}
      verb="Edit conditions"
      title={`Edit the conditions of an identity of ${slug}`}
      fields={{ kind: 'conditions', agentId, identityId }}
      said="Conditions set."
    >
      {(state) => (
        <>
          <p>
            <code className="break">{what}</code>
          </p>
          <Textarea
            label="Conditions"
            name="conditions"
            rows={3}
            defaultValue={conditions}
            hint="One a line: ref starts with refs/heads/, team in a, b, or environment = production. What was proven before is proven anew."
            error={errorOf(state, 'conditions')}
          />
        </>
      )}
    </Propose>
  )
}

/** The key that is to follow another one. */
export function RotateKey({ of, ...proposing }: Props) {
  const { agentId, slug, identityId, what } = of
  return (
    <Propose
      {...proposing}
      verb="Rotate"
      title={`Rotate a key of ${slug}`}
      fields={{ kind: 'rotate', agentId, identityId }}
      said="New key added."
    >
      {(state) => (
        <>
          <p>
            <code className="break">{what}</code>
          </p>
          <p>
            The new key is added beside this one, for the same environment. Both are taken until you remove
            this one, so remove it once the agent signs with the new one.
          </p>
          <Textarea
            label="Public key"
            name="key"
            required
            rows={4}
            hint="A JWK: EC, RSA or Ed25519, public members only."
            error={errorOf(state, 'key')}
          />
        </>
      )}
    </Propose>
  )
}

type Placing = Props & {
  kind: 'spiffe' | 'key' | 'subject'
  environments: readonly string[]
  now: string
}

// Beside the agent's own environments: who else may say it, by the kind of identity.
const OTHERWISE = {
  spiffe: { value: AS_TRUST_DOMAIN, label: 'As its trust domain states' },
  subject: { value: '', label: 'As its claims say, or its issuer states' },
  key: null,
} as const

/** Where whoever proves an identity runs, as far as nothing that is verified says it. */
export function EditEnvironment({ of, kind, environments, now, ...proposing }: Placing) {
  const { agentId, slug, identityId, what } = of
  const otherwise = OTHERWISE[kind]
  return (
    <Propose
      {...proposing}
      verb="Edit environment"
      title={`Edit the environment of an identity of ${slug}`}
      fields={{ kind: 'environment', agentId, identityId }}
      said="Environment set."
    >
      {(state) => (
        <>
          <p>
            <code className="break">{what}</code>
          </p>
          <Select
            label="Environment"
            name="environment"
            defaultValue={now}
            hint="You state it, and nobody verifies it. What was proven before is proven anew."
            error={errorOf(state, 'environment')}
          >
            {otherwise ? <option value={otherwise.value}>{otherwise.label}</option> : null}
            {environments.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </>
      )}
    </Propose>
  )
}

'use client'

import { Propose, type Proposing } from '@/components/people/propose'
import { ActDialog } from '@/components/ui/act-dialog'
import { Input, Select, Textarea } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import { ISSUER_KINDS } from '@/lib/domain/issuer-kinds'
import { errorOf } from '@/lib/web/form-state'

/** Where its bundle is from. `files`: there is a folder that it can be read from. */
type Source = { url: string; file: string; files: boolean }

/** Believes a trust domain, or gives it other keys. */
export function PutDomain({ name, source, ...proposing }: Proposing & { name?: string; source: Source }) {
  return (
    <Propose
      {...proposing}
      verb={name ? 'Change keys' : 'Add trust domain'}
      title={name ? `Change the keys of ${name}` : 'Add trust domain'}
      fields={{ kind: 'domain', ...(name ? { name } : {}) }}
      said="Trust domain set."
    >
      {(state) => (
        <>
          {name ? null : (
            <Input
              label="Name"
              name="name"
              required
              autoComplete="off"
              hint="As in agents.example, without spiffe://."
              error={errorOf(state, 'name')}
            />
          )}
          <Textarea
            label="Trust bundle"
            name="bundle"
            rows={6}
            hint="JSON with its keys for JWT-SVIDs. It replaces all keys, so keep old ones in it while they are in use."
            error={errorOf(state, 'bundle')}
          />
          <Input
            label="Or its address"
            name="url"
            autoComplete="off"
            defaultValue={source.url}
            hint="As in https://spire.example/bundle. It is fetched now and again as it asks, and its later keys are believed."
            error={errorOf(state, 'url')}
          />
          {source.files ? (
            <Input
              label="Or its file"
              name="file"
              autoComplete="off"
              defaultValue={source.file}
              hint="Its name in the folder that this installation keeps bundles in, as in agents.json. It is read again like an address."
              error={errorOf(state, 'file')}
            />
          ) : null}
        </>
      )}
    </Propose>
  )
}

export type KnownIssuer = {
  issuer: string
  kind: string
  jwks: string
  claim: string
  names: string
  /** Where its workloads run when no claim says it. */
  place: string
}

/** Believes an issuer, or changes its keys and environments. */
export function PutIssuer({ known, ...proposing }: Proposing & { known?: KnownIssuer }) {
  return (
    <Propose
      {...proposing}
      verb={known ? 'Change' : 'Add issuer'}
      title={known ? `Change ${known.issuer}` : 'Add issuer'}
      fields={{ kind: 'issuer', ...(known ? { issuer: known.issuer, issuerKind: known.kind } : {}) }}
      said="Issuer set."
    >
      {(state) => (
        <>
          {known ? null : (
            <>
              <Select
                label="Kind"
                name="issuerKind"
                hint="GitHub’s workflows are known by the id of their repository, all others by sub."
              >
                {Object.entries(ISSUER_KINDS).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
              <Input
                label="Issuer"
                name="issuer"
                required
                autoComplete="off"
                hint="To the letter as iss of its tokens says it, like https://token.actions.githubusercontent.com."
                error={errorOf(state, 'issuer')}
              />
            </>
          )}
          <Textarea
            label="Keys"
            name="jwks"
            rows={4}
            defaultValue={known?.jwks ?? ''}
            hint="A JSON Web Key Set. Empty: the issuer is asked for its keys."
            error={errorOf(state, 'jwks')}
          />
          <Input
            label="Claim for the environment"
            name="claim"
            autoComplete="off"
            defaultValue={known?.claim ?? ''}
            hint="As in environment or /kubernetes.io/namespace."
            error={errorOf(state, 'claim')}
          />
          <Textarea
            label="Environments"
            name="names"
            rows={3}
            defaultValue={known?.names ?? ''}
            hint="What its values mean, one a line: agents-prod = production. Another value is refused."
            error={errorOf(state, 'names')}
          />
          <Input
            label="Where no claim says it"
            name="environment"
            autoComplete="off"
            defaultValue={known?.place ?? ''}
            hint="The environment of everything it proves, as in production, when neither that claim nor the agent’s own registration says one. Empty: refused."
            error={errorOf(state, 'environment')}
          />
        </>
      )}
    </Propose>
  )
}

type Removal = { name: string; fields: Readonly<Record<string, string>>; action: FormAction<unknown> }

/** Believes it no more, after asking. */
export function RemoveTrust({ name, fields, action }: Removal) {
  return (
    <ActDialog
      verb="Remove"
      title={`Remove ${name}`}
      working="Removing"
      variant="danger"
      small
      action={action}
      fields={fields}
      said={`${name} removed.`}
    >
      <p>
        Nothing it signs is believed from then on, and agents lose the identities they have there. It takes
        effect at once; adding it again needs another administrator.
      </p>
    </ActDialog>
  )
}

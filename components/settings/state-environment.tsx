'use client'

import { Propose, type Proposing } from '@/components/people/propose'
import { Input } from '@/components/ui/input'
import { errorOf } from '@/lib/web/form-state'

/** Where everything runs that a trust domain proves, stated once. */
export function StateEnvironment({
  name,
  environment,
  ...proposing
}: Proposing & { name: string; environment: string }) {
  return (
    <Propose
      {...proposing}
      verb="State environment"
      title={`State the environment of ${name}`}
      fields={{ kind: 'environment', name }}
      said="Environment stated."
    >
      {(state) => (
        <>
          <p>
            It counts for SPIFFE IDs that name no environment and are registered to follow their trust domain.
            What a path says behind /env/ is verified and stays as it is.
          </p>
          <Input
            label="Environment"
            name="environment"
            autoComplete="off"
            defaultValue={environment}
            hint="As in production. Empty: it states none, and what follows it is refused."
            error={errorOf(state, 'environment')}
          />
        </>
      )}
    </Propose>
  )
}

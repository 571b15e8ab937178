import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'

/** What came of the browser's prompt: the answer as JSON for a form field, or what to tell whoever saw it. */
export type Prompted = { answer: string } | { problem: string }

type SigningOptions = Parameters<typeof startAuthentication>[0]['optionsJSON']
type NewOptions = Parameters<typeof startRegistration>[0]['optionsJSON']

const NO_PASSKEYS =
  'This browser cannot use passkeys here. Open the console in another one. Nothing was sent.'

/** Has a passkey sign what was shown. */
export const promptToSign = (options: SigningOptions, verb: string): Promise<Prompted> =>
  prompted(
    () => startAuthentication({ optionsJSON: options }),
    `The passkey did not answer, or the prompt was closed. Nothing was signed and nothing is lost. Press ${verb} to try again.`,
  )

/** Has the browser make a passkey. */
export const promptToAdd = (options: NewOptions): Promise<Prompted> =>
  prompted(
    () => startRegistration({ optionsJSON: options }),
    'The prompt was closed, or it took too long. Nothing was added. Press Add passkey to try again.',
  )

async function prompted(ask: () => Promise<unknown>, closed: string): Promise<Prompted> {
  if (!browserSupportsWebAuthn()) return { problem: NO_PASSKEYS }
  try {
    return { answer: JSON.stringify(await ask()) }
  } catch (error) {
    return { problem: problemOf(error, closed) }
  }
}

function problemOf(error: unknown, closed: string): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'InvalidStateError') return 'This authenticator holds a passkey of yours already.'
  if (name === 'SecurityError')
    return 'Passkeys do not work at this address. Open the console at its own name, over HTTPS or on localhost.'
  if (name === 'NotSupportedError' || name === 'ConstraintError')
    return 'This authenticator cannot check that it is you. Use one with a fingerprint, a face or a PIN.'
  return closed
}

// Loaded when somebody is prompted: most pages with a passkey's button are left without it being pressed.
type WebAuthn = typeof import('@simplewebauthn/browser')

/** What to tell whoever saw the browser's prompt: what is, and what follows. */
export type Problem = { title: string; text: string }

/** What came of it: the answer as JSON for a form field, or why there is none. */
export type Prompted = { answer: string } | { problem: Problem }

type SigningOptions = Parameters<WebAuthn['startAuthentication']>[0]['optionsJSON']
type NewOptions = Parameters<WebAuthn['startRegistration']>[0]['optionsJSON']

const NO_PASSKEYS: Problem = {
  title: 'This browser cannot use passkeys here.',
  text: 'Nothing was sent. Open the console in another browser.',
}

/** Has a passkey sign what was shown. */
export const promptToSign = (options: SigningOptions, verb: string): Promise<Prompted> =>
  prompted((by) => by.startAuthentication({ optionsJSON: options }), {
    title: 'The passkey did not answer, or the prompt was closed.',
    text: `Nothing was signed and nothing is lost. Press ${verb} to try again.`,
  })

/** Has the browser make a passkey. */
export const promptToAdd = (options: NewOptions): Promise<Prompted> =>
  prompted((by) => by.startRegistration({ optionsJSON: options }), {
    title: 'The prompt was closed, or it took too long.',
    text: 'Nothing was added. Press Add passkey to try again.',
  })

async function prompted(ask: (by: WebAuthn) => Promise<unknown>, closed: Problem): Promise<Prompted> {
  try {
    const by = await import('@simplewebauthn/browser')
    if (!by.browserSupportsWebAuthn()) return { problem: NO_PASSKEYS }
    return { answer: JSON.stringify(await ask(by)) }
  } catch (error) {
    return { problem: PROBLEMS[error instanceof Error ? error.name : ''] ?? closed }
  }
}

const UNVERIFIED: Problem = {
  title: 'This authenticator cannot check that it is you.',
  text: 'Use one with a fingerprint, a face or a PIN.',
}

// By the name of the browser's error (WebAuthn §5.1.3 and §5.1.4).
const PROBLEMS: Readonly<Record<string, Problem>> = {
  InvalidStateError: {
    title: 'This authenticator holds a passkey of yours already.',
    text: 'Nothing was added. Use another one, or keep what you have.',
  },
  SecurityError: {
    title: 'Passkeys do not work at this address.',
    text: 'Open the console at its own name, over HTTPS or on localhost.',
  },
  NotSupportedError: UNVERIFIED,
  ConstraintError: UNVERIFIED,
}

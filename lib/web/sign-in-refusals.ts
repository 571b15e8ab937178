import { REFUSALS } from '@/lib/domain/refusals'

/** Why nobody was signed in, by the word in the address of the sign-in page: what is, and what follows. */
export const SIGN_IN_REFUSALS = {
  demo: {
    title: 'Nobody was signed in.',
    says: 'Demo people sign in only on the machine that runs this, at its own address.',
  },
  provider_silent: {
    title: 'The identity provider did not answer.',
    says: 'Nobody was signed in. Try again.',
  },
  provider_refused: {
    title: 'The identity provider signed nobody in.',
    says: 'It says why on its own pages. Try again, or ask whoever runs it.',
  },
  provider_answer: {
    title: 'The answer does not fit what this browser asked.',
    says: 'Nobody was signed in. An answer works once, for 15 minutes, in the browser that asked. Start again.',
  },
  sign_in_disabled: { title: 'Nobody was signed in.', says: REFUSALS.sign_in_disabled.says },
  sign_in_without_role: { title: 'You have no role here.', says: REFUSALS.sign_in_without_role.says },
  unavailable: { title: 'Nobody was signed in.', says: REFUSALS.unavailable.says },
} as const satisfies Record<string, { title: string; says: string }>

export type SignInRefusal = keyof typeof SIGN_IN_REFUSALS

export const signInRefusal = (word: unknown) =>
  typeof word === 'string' && Object.hasOwn(SIGN_IN_REFUSALS, word)
    ? SIGN_IN_REFUSALS[word as SignInRefusal]
    : null

export const refusedAt = (word: SignInRefusal): string => `/sign-in?refused=${word}`

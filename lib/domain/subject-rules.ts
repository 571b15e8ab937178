import type { ClaimCondition } from './claim-conditions'
import type { IssuerKind } from './oidc-issuer'

type Problem = [field: string, problem: string] | null

// Names are given away again when they are free; what they stood for has an id that is not.
const UID = '/kubernetes.io/serviceaccount/uid'
/** What is wrong with a subject of an issuer of each kind, and which field says so. */
export const SUBJECT_PROBLEMS = {
  oidc: () => null,
  github: (subject) =>
    /^\d{1,20}$/.test(subject) ? null : ['subject', 'Give the id of the repository: a number, not its name.'],
  kubernetes: (subject, conditions) => {
    if (!/^system:serviceaccount:[a-z0-9.-]{1,63}:[a-z0-9.-]{1,253}$/.test(subject))
      return ['subject', 'Give system:serviceaccount:, the namespace, a colon, and the service account.']
    return conditions.some(({ claim, is }) => claim === UID && is === 'exact')
      ? null
      : ['conditions', `Say which service account of that name it is: ${UID} = its uid.`]
  },
} as const satisfies Record<IssuerKind, (subject: string, conditions: readonly ClaimCondition[]) => Problem>

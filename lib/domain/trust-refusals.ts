/** Those about whom to believe and what an agent is known by. */
export const TRUST_REFUSALS = {
  environment_unstated: {
    status: 409,
    says: 'Its trust domain states no environment. State one for the trust domain in Settings, or one for this identity.',
  },
  environment_said: {
    status: 409,
    says: 'The path of this SPIFFE ID says its environment. Nobody can say it otherwise.',
  },
  identity_taken: {
    status: 409,
    says: 'This is registered already, for an agent or in another tenant. One proof names one agent.',
  },
  identity_overlaps: {
    status: 409,
    says: 'Another agent has a SPIFFE ID that this would stand for too, or a prefix that it stands below. One proof names one agent. Nothing was changed.',
  },
  bundle_older: {
    status: 409,
    says: 'This bundle is older than the one that is believed: its sequence is lower or missing. Nothing was changed.',
  },
  issuer_kind: {
    status: 409,
    says: 'An issuer keeps its kind. Remove it and add it again to give it another one.',
  },
} as const

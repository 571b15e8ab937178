/** Reasons of the proof that a key sends with each call (RFC 9449 §5, §8). */
export const DPOP_REASONS = [
  'dpop_missing',
  'dpop_malformed',
  'dpop_untrusted',
  'dpop_mismatch',
  'dpop_expired',
  'dpop_replayed',
  'dpop_key_mismatch',
  'dpop_nonce_required',
] as const

const proof = (description: string) => ({ error: 'invalid_dpop_proof', status: 400, description }) as const

/** What each of them is on the wire. */
export const DPOP_RULES = {
  dpop_missing: proof('Exactly one DPoP header is needed. Send one proof made for this request.'),
  dpop_malformed: proof(
    'The DPoP proof cannot be read. Send a dpop+jwt with a public jwk, jti, htm, htu and iat.',
  ),
  dpop_untrusted: proof('The DPoP proof is not signed by the key it carries. Sign it with that key.'),
  dpop_mismatch: proof(
    'The DPoP proof was made for another request. Make one for this method, address and token.',
  ),
  dpop_expired: proof(
    'The iat of the DPoP proof is more than 60 seconds away. Make a new proof and check the clock.',
  ),
  dpop_replayed: proof('This DPoP proof was used before. Make a new proof for each request.'),
  dpop_key_mismatch: proof(
    'The DPoP proof is signed with another key than the token is bound to. Use that key.',
  ),
  dpop_nonce_required: {
    error: 'use_dpop_nonce',
    status: 400,
    description: 'The DPoP proof needs the nonce of the DPoP-Nonce header. Make a new proof with it.',
  },
} as const satisfies Record<(typeof DPOP_REASONS)[number], object>

/** The one algorithm we sign with. */
export const OWN_ALGORITHM = 'ES256'

/** Key proofs (RFC 9449 §4.3, check 5): asymmetric only. `Ed25519` is the newer name of `EdDSA` (RFC 9864). */
export const DPOP_ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA', 'Ed25519'] as const

/** Client assertions (RFC 7523): the same. */
export const ASSERTION_ALGORITHMS = DPOP_ALGORITHMS

/** JWT-SVID §2.1: these nine and no other. */
export const JWT_SVID_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
] as const

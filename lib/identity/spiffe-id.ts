const MAX_BYTES = 2048
const MAX_TRUST_DOMAIN_BYTES = 255
const TRUST_DOMAIN = /^[a-z0-9._-]+$/
const SEGMENT = /^[A-Za-z0-9._-]+$/

export type SpiffeId = {
  /** The whole identity, compared whole, never as a pattern. */
  id: string
  trustDomain: string
  /** With its leading slash. */
  path: string
  /** `<name>` of a path `/env/<name>/…`: where the workload runs, vouched for by its trust domain. */
  environment: string | null
}

/** A trust domain name (SPIFFE-ID §2.1): lower case letters, digits, dot, dash and underscore. */
export const isTrustDomain = (name: string): boolean =>
  name.length <= MAX_TRUST_DOMAIN_BYTES && TRUST_DOMAIN.test(name)

/**
 * Reads the SPIFFE ID of a workload (SPIFFE-ID §2): no port, user, query, fragment, escape, empty or dot segment
 * and no trailing slash. Null for anything else, and for the ID of a trust domain alone, which is no workload.
 */
export function parseSpiffeId(text: string): SpiffeId | null {
  if (text.length > MAX_BYTES || !text.startsWith('spiffe://')) return null
  const [trustDomain = '', ...segments] = text.slice('spiffe://'.length).split('/')
  if (!isTrustDomain(trustDomain) || segments.length === 0) return null
  if (!segments.every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..')) return null
  const [first, name, ...below] = segments
  const environment = first === 'env' && name !== undefined && below.length > 0 ? name : null
  return { id: text, trustDomain, path: `/${segments.join('/')}`, environment }
}

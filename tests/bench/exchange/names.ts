/** How tokens are signed: as ours are, or as the peer does unless it is told otherwise. */
export type Signing = 'ES256' | 'RS256'

/** What the peer's tokens are for: by the target it is told how to sign. */
export const PEER_RESOURCES: Record<Signing, string> = {
  ES256: 'https://tickets.example',
  RS256: 'https://invoices.example',
}
export const PEER_SCOPE = 'ticket:read'

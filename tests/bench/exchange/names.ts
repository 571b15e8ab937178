/** What the peer's tokens are for. */
export const PEER_RESOURCE = 'https://tickets.example'
export const PEER_SCOPE = 'ticket:read'

import type { IncomingMessage } from 'node:http'
import { PEER_HEADER, peerAddress } from '@/lib/domain/caller-address'

/**
 * Tells the pages who opened this connection: attempts are counted by it where no proxy of ours says who calls. What the
 * caller sent under that name goes, whether there is something to say or not.
 */
export function notePeer({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): void {
  const peer = peerAddress(socket.remoteAddress)
  if (peer) headers[PEER_HEADER] = peer
  else delete headers[PEER_HEADER]
}

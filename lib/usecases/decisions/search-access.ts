import { type Found, readSearch, type Sought } from '@/lib/domain/search'
import { refuseProof } from '@/lib/domain/wire-reasons'
import type { WireResult } from '@/lib/domain/wire-result'
import type { Call } from '../facts/authority'
import type { EvaluateAsk } from '../facts/evaluation'
import { findAllowed } from '../facts/searching'
import { proveServer } from '../facts/server-caller'

/**
 * Lists the subjects, resources or actions of a question that would be allowed (AuthZEN 1.0 §8), each judged as an
 * evaluation judges it. Nothing is counted as a use, and the trail remembers the search, not its results.
 */
export const searchAccess =
  (sought: Sought) =>
  async (call: Call, ask: EvaluateAsk): Promise<WireResult<Found>> => {
    const client = await proveServer(call, { proof: ask.proof, clientId: null })
    if (!client.ok) return client
    const read = readSearch(sought, ask.body)
    if (!read.ok) return refuseProof('request_malformed', read.problem)
    return findAllowed({ call, known: client.known, server: client.server, proof: ask.proof }, read.search)
  }

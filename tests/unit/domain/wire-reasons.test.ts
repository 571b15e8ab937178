import { describe, expect, it } from 'vitest'
import { refuseProof, WIRE_REASONS, WireReason, wireRefusal } from '@/lib/domain/wire-reasons'

describe('WIRE_REASONS', () => {
  it.each(WireReason.options)(
    '%s says what is and what follows in the characters of RFC 6749 §5.2',
    (reason) => {
      const { description } = WIRE_REASONS[reason]
      expect(description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+\.$/)
      expect(description).not.toMatch(/please|oops|successfully|!| - /i)
    },
  )

  it('calls everything about mandate, actor, grant and policy invalid_request (RFC 8693 §2.2.2)', () => {
    const reasons = WireReason.options.filter((reason) =>
      /^(mandate|actor|grant|policy)_(?!type)/.test(reason),
    )
    expect(reasons.length).toBeGreaterThan(15)
    for (const reason of reasons)
      expect(WIRE_REASONS[reason]).toMatchObject({ error: 'invalid_request', status: 400 })
  })

  it('answers 401 for clients and tokens and 503 when nothing can be decided', () => {
    expect(wireRefusal('client_untrusted')).toMatchObject({ error: 'invalid_client', status: 401 })
    expect(wireRefusal('token_expired')).toMatchObject({ error: 'invalid_token', status: 401 })
    expect(wireRefusal('unavailable')).toMatchObject({ error: 'temporarily_unavailable', status: 503 })
    expect(refuseProof('dpop_replayed')).toMatchObject({
      ok: false,
      error: 'invalid_dpop_proof',
      status: 400,
    })
  })
})

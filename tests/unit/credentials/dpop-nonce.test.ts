import { describe, expect, it } from 'vitest'
import { dpopNonces } from '@/lib/credentials/dpop-nonce'

const SECRET = 'a secret of at least thirty-two characters'
const at = (seconds: number) => new Date(Date.parse('2026-11-26T10:00:00Z') + seconds * 1000)

describe('dpopNonces', () => {
  it('are the same for all who share the secret, and for nobody else', () => {
    expect(dpopNonces(SECRET).current(at(0))).toBe(dpopNonces(SECRET).current(at(119)))
    expect(dpopNonces(SECRET).current(at(0))).not.toBe(dpopNonces(`${SECRET}.`).current(at(0)))
  })

  it('of another secret beside the own one are taken and not given out', () => {
    const [old, next] = [`${SECRET} of before`, SECRET]
    const both = [dpopNonces([old, next]), dpopNonces([next, old])]
    expect(both.map(({ current }) => current(at(0)))).toEqual([
      dpopNonces(old).current(at(0)),
      dpopNonces(next).current(at(0)),
    ])
    for (const giver of both)
      for (const taker of both) expect(taker.accepted(at(0))).toContain(giver.current(at(0)))
    expect(dpopNonces(next).accepted(at(0))).not.toContain(dpopNonces(old).current(at(0)))
  })

  it('are taken for two to four minutes, and by a clock that is behind', () => {
    const nonces = dpopNonces(SECRET)
    const given = nonces.current(at(0))
    for (const seconds of [0, 119, 120, 239]) expect(nonces.accepted(at(seconds))).toContain(given)
    for (const seconds of [240, 3600, -121]) expect(nonces.accepted(at(seconds))).not.toContain(given)
    expect(nonces.accepted(at(-60))).toContain(given)
  })
})

import { describe, expect, it } from 'vitest'
import { WireReason } from '@/lib/domain/wire-reasons'
import { forge, T } from '../support/forge'
import { FAMILIES, spoil } from '../support/spoil'
import { VICTIMS } from './victims'

const PER_KIND = 40 * FAMILIES.length

const median = (all: readonly number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

describe.each(Object.entries(VICTIMS))('%s', (name, victim) => {
  const { header, claims, pair, verify } = victim
  const sign = (over: object) => forge(header, over, pair.sign)

  it('is taken as it is', async () => {
    expect(await verify(sign(claims))).toMatchObject({ ok: true })
  })

  it('A22: is refused however it is spoilt, with a reason of the list and at once', {
    timeout: 180_000,
  }, async () => {
    const took: number[] = []
    for (const { how, text } of spoil(victim, PER_KIND, 22 + Object.keys(VICTIMS).indexOf(name))) {
      const started = performance.now()
      const verdict = await verify(text)
      took.push(performance.now() - started)
      if (verdict.ok) expect.fail(`accepted ${how}: ${text.slice(0, 2000)}`)
      if (!WireReason.safeParse(verdict.reason).success) expect.fail(`${how} says ${verdict.reason}`)
      if (![400, 401].includes(verdict.status)) expect.fail(`${how} is a ${verdict.status}`)
    }
    expect(took).toHaveLength(PER_KIND)
    expect(median(took)).toBeLessThan(5)
  })

  it('A22: in the place of another kind', async () => {
    for (const [kind, other] of Object.entries(VICTIMS)) {
      if (other.verify === verify || (kind.startsWith('JWT-SVID') && victim.claims === other.claims)) continue
      expect(await verify(forge(other.header, other.claims, other.pair.sign)), kind).toMatchObject({
        ok: false,
      })
    }
  })

  it('A23: 30 s of another clock are tolerated, 61 s are not', async () => {
    const { late, early } = victim
    for (const when of [late, early]) {
      if (!when) continue
      expect(await verify(sign(when(30)))).toMatchObject({ ok: true })
      for (const seconds of [61, 3600, 1e6])
        expect(await verify(sign(when(seconds)))).toMatchObject({ ok: false })
    }
  })

  it('A23: it always ends, and soon', async () => {
    for (const name of victim.times) {
      const { [name]: _, ...endless } = claims
      expect(await verify(sign(endless))).toMatchObject({ ok: false })
      expect(await verify(sign({ ...claims, [name]: 4_102_444_800 }))).toMatchObject({ ok: false })
      expect(await verify(sign({ ...claims, [name]: T + 93 * 86_400 }))).toMatchObject({ ok: false })
    }
  })
})

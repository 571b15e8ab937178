import { describe, expect, it } from 'vitest'
import { endsOf, isIdleEndDue } from '@/lib/domain/sign-in'

const life = { signInSeconds: 43_200, signInIdleSeconds: 3600 }
const now = new Date('2026-11-25T09:00:00Z')
const at = (time: string) => new Date(`2026-11-25T${time}Z`)

describe('the life of a sign-in', () => {
  it('ends after its hours and after the time without use', () => {
    expect(endsOf(now, life)).toEqual({ expires: at('21:00:00'), idleEnds: at('10:00:00') })
  })

  it('is moved by use at most once a minute', () => {
    const { idleEnds } = endsOf(now, life)
    expect(isIdleEndDue(idleEnds, at('09:00:59'), life)).toBe(false)
    expect(isIdleEndDue(idleEnds, at('09:01:00'), life)).toBe(true)
  })
})

import { expect, it } from 'vitest'
import { shortDigest } from '@/components/ui/short-digest'

it('shows both ends of a digest', () => {
  expect(shortDigest('9687b92a0b8723ef9bfabd9c6f8157b2562485767086ddc504fa1c648479bb7f')).toBe(
    '9687 b92a … 8479 bb7f',
  )
  expect(shortDigest('9687b92a')).toBe('9687 b92a')
})

import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Countdown } from '@/components/ui/countdown'

const OPENED = Date.UTC(2026, 0, 1, 12, 0, 0, 700)
const HALF_AN_HOUR = 30 * 60_000
const at = (now: number) =>
  renderToStaticMarkup(<Countdown from={OPENED} until={OPENED + HALF_AN_HOUR} now={now} />)

test.each([
  [OPENED, '00:30:00'],
  [OPENED + 1000, '00:30:00'],
  [OPENED + 60_000, '00:29:01'],
  [OPENED + HALF_AN_HOUR - 700, '00:00:01'],
  [OPENED + HALF_AN_HOUR + 5000, '00:00:00'],
])('at %i there are %s left, never more than were given', (now, left) => {
  expect(at(now)).toContain(left)
})

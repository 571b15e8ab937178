import { describe, expect, test } from 'vitest'
import { type Delivery, isGivenUp, isToSuspend, nextTry } from '@/lib/domain/delivery'
import { DeliveryId, RequestId, TenantId } from '@/lib/domain/ids'
import { messageBody } from '@/lib/domain/webhook-message'

const NOW = new Date('2026-11-26T01:00:00Z')
const secondsAfter = (attempts: number, random: number) =>
  (nextTry(attempts, NOW, random).getTime() - NOW.getTime()) / 1000

describe('trying again', () => {
  test('waits longer each time, an hour at most, and not all at once', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map((attempts) => secondsAfter(attempts, 0.5))).toEqual([
      10, 60, 300, 600, 900, 1800, 3600, 3600,
    ])
    expect([secondsAfter(1, 0), secondsAfter(1, 1)]).toEqual([8, 12])
  })

  test('ends after three days, and a receiver that took nothing for a day is suspended', () => {
    const ago = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000)
    expect([isGivenUp(ago(72), NOW), isGivenUp(ago(72.1), NOW)]).toEqual([false, true])
    expect([isToSuspend(null, NOW), isToSuspend(ago(23), NOW), isToSuspend(ago(24), NOW)]).toEqual([
      false,
      false,
      true,
    ])
  })
})

const message: Delivery = {
  ...{ id: DeliveryId.parse('L-AAAA'), channel: 'webhook', target: 'W-AAAA', kind: 'waits', attempts: 0 },
  ...{
    tenantId: TenantId.parse('T-AAAA'),
    requestId: RequestId.parse('R-AAAA'),
    leaf: 7,
    made: NOW,
    at: NOW,
  },
  says: 'Request R-AAAA of <!channel> & <https://evil.example|friends> waits.',
}

describe('what is posted', () => {
  test('as signed JSON is computed words and a link to the page', () => {
    expect(JSON.parse(messageBody('standard', message, 'https://console.example'))).toEqual({
      type: 'waits',
      timestamp: NOW.toISOString(),
      data: {
        leaf: 7,
        request: 'R-AAAA',
        says: message.says,
        url: 'https://console.example/requests/R-AAAA',
      },
    })
  })

  test('to Slack calls nobody, links nowhere else, and has nothing to press', () => {
    const { text, blocks } = JSON.parse(messageBody('slack', message, 'https://console.example'))
    expect(text).not.toMatch(/[<>]/)
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|friends&gt;')
    expect(blocks[0].text).toEqual({ type: 'plain_text', text: message.says, emoji: false })
    expect(blocks[1].elements[0].text).toBe('<https://console.example/requests/R-AAAA|Open the page>')
    expect(blocks).toHaveLength(2)
  })
})

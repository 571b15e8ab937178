import type { Delivery } from './delivery'
import { NOTICE_TITLES, placeOf } from './notice'
import type { WebhookForm } from './webhook-state'

type Message = Pick<Delivery, 'kind' | 'says' | 'requestId' | 'leaf' | 'at'>

const titleOf = ({ kind }: Message) => (kind === 'test' ? 'Test' : NOTICE_TITLES[kind])

// Slack reads these three as its own marks, and nothing else of what stands in plain text.
const SLACK_MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const slackText = (text: string) => text.replace(/[&<>]/g, (mark) => SLACK_MARKS[mark] ?? '')

const standard = (message: Message, url: string) => ({
  type: message.kind,
  timestamp: message.at.toISOString(),
  data: { leaf: message.leaf, request: message.requestId, says: message.says, url },
})

// Nothing in it acts: a link to the page, where whoever follows it signs in and decides.
const slack = (message: Message, url: string) => ({
  text: slackText(`${titleOf(message)}. ${message.says}`),
  blocks: [
    { type: 'section', text: { type: 'plain_text', text: message.says, emoji: false } },
    { type: 'context', elements: [{ type: 'mrkdwn', text: `<${slackText(url)}|Open the page>` }] },
  ],
})

/** What is posted: computed words and a link to the page of the console. */
export function messageBody(form: WebhookForm, message: Message, consoleUrl: string): string {
  const url = `${consoleUrl}${message.kind === 'test' ? '/settings' : placeOf(message)}`
  return JSON.stringify(form === 'slack' ? slack(message, url) : standard(message, url))
}

import { expect, it } from 'vitest'
import { databaseWait } from '@/lib/ops/supervision/database-wait'
import { databaseAnswers, until } from '@/lib/ops/supervision/ready'
import { speaker } from '@/lib/ops/supervision/say'
import { freePort } from '@/tests/harness/ports.mjs'

const fault = (code: string) => Object.assign(new Error('password of "app" is "hunter2"'), { code })

function listening() {
  const lines: string[] = []
  return { lines, wait: databaseWait(speaker((text) => void lines.push(text), false)) }
}

it('a refused password is said at once, once, and without what the driver says', () => {
  const { lines, wait } = listening()
  for (let attempt = 0; attempt < 3; attempt++) wait.hear(fault('28P01'))
  expect(lines).toEqual([
    'database     │ does not answer yet. It refuses the password of the account in DATABASE_URL.\n',
  ])
})

it('another reason is said when it comes, and what nobody knows is not', () => {
  const { lines, wait } = listening()
  for (const code of ['ECONNREFUSED', '57P03', 'XX000']) wait.hear(fault(code))
  expect(lines.map((line) => line.split('yet. ')[1]?.trim())).toEqual([
    'Nothing listens at the address in DATABASE_URL.',
    'It is starting, or ending.',
  ])
  expect(wait.why()).toBe('It is starting, or ending.')
})

it('who gives up waiting says why nobody answered', async () => {
  const { wait } = listening()
  const url = `postgresql://app:hunter2@127.0.0.1:${await freePort()}/countersign`
  const gaveUp = until('The database', () => databaseAnswers(url, 2_000, wait.hear), 0, wait.why)
  await expect(gaveUp).rejects.toThrow(
    'The database did not answer within 0 seconds. Nothing listens at the address in DATABASE_URL.',
  )
})

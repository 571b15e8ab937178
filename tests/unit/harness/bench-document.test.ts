import { expect, test } from 'vitest'
import { documentOf } from '@/tests/bench/document'
import type { Measured } from '@/tests/bench/figures'

const part = (title: string, figure: string): Measured => ({
  title,
  conditions: ['Alone.'],
  lines: [{ what: 'one thing', figure }],
})

const run = (command: string) => ({ command, machine: 'a machine', note: '' })

test('what a run did not measure stays as an earlier one left it', () => {
  const first = documentOf([part('Issue', '1 ms'), part('Pages', '2 ms')], run('bench all'), '')
  const second = documentOf([part('Issue', '3 ms'), part('Mixed', '4 ms')], run('bench some'), first)
  expect(second.match(/^## .*$/gm)).toEqual(['## Issue', '## Pages', '## Mixed'])
  expect(second).not.toContain('1 ms')
  for (const figure of ['2 ms', '3 ms', '4 ms']) expect(second.split(figure)).toHaveLength(2)
  expect(second.match(/Measured by `bench (all|some)` on a machine\./g)).toEqual([
    'Measured by `bench some` on a machine.',
    'Measured by `bench all` on a machine.',
    'Measured by `bench some` on a machine.',
  ])
})

test('a document that was written is written again the same', () => {
  const once = documentOf([part('Issue', '1 ms')], run('bench'), '')
  expect(documentOf([], run('bench'), once)).toBe(once)
})

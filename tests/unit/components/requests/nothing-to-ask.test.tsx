import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { isNothingToAsk, NothingToAsk } from '@/components/requests/nothing-to-ask'

const agents = [{ id: 'A-ABCD', slug: 'secret-reader', purpose: 'Reads.', environments: ['staging'] }]
const servers = [{ id: 'S-ABCD', name: 'Vault', domains: 'secrets', scopes: [] }]

test('a form that nobody could fill in says what is missing, and who adds it', () => {
  const said = (choices: Parameters<typeof isNothingToAsk>[0]) =>
    renderToStaticMarkup(<NothingToAsk {...choices} />)
  expect(said({ agents: [], servers })).toContain('There is no agent that is not suspended. An administrator')
  expect(said({ agents, servers: [] })).toContain('There is no resource server that offers a scope.')
  expect(said({ agents: [], servers: [] })).toContain('suspended, and no resource server')
})

test('one agent and one scope are enough for a form', () => {
  expect(isNothingToAsk({ agents, servers })).toBe(false)
  expect(
    [
      { agents: [], servers },
      { agents, servers: [] },
    ].map(isNothingToAsk),
  ).toEqual([true, true])
})

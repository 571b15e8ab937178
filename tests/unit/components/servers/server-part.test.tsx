import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ServerPart, type ShownServer } from '@/components/servers/server-part'

const server: ShownServer = {
  ...{ name: 'Vault', identifier: 'https://vault.example', type: 'vault', check: 'introspection' },
  ...{ asksOnline: false, key: 'thumb', secret: null, suspended: null, scopes: [] },
}
const shown = (more: Partial<ShownServer>) =>
  renderToStaticMarkup(
    <ServerPart server={{ ...server, ...more }} tenant="Main" page={null} tools={null} toolOf={null} />,
  )

test('a server that offers nothing says so, instead of a table without rows', () => {
  expect(shown({})).toContain('It offers no scope.')
  expect(shown({})).not.toContain('<table')
})

test('a server that introspects asks online', () => {
  const asks = (html: string) => /Asks online<\/dt><dd[^>]*>([^<]*)/.exec(html)?.[1]
  expect(asks(shown({}))).toBe('Yes, whether the token is active')
  expect(asks(shown({ asksOnline: true }))).toBe('Yes, before each call')
  expect(asks(shown({ check: 'offline' }))).toBe('No')
})

import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { FactorNeeded } from '@/components/home/factor-needed'

test('whoever was given a guarded role hears how to hold it, and nobody else does', () => {
  const said = renderToStaticMarkup(<FactorNeeded lacks="set_up" />)
  expect(said).toContain('You were given a role that needs a second factor.')
  expect(said).toContain('href="/second-factor"')
  expect(renderToStaticMarkup(<FactorNeeded lacks={null} />)).toBe('')
})

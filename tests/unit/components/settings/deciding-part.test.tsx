import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { DecidingPart } from '@/components/settings/deciding-part'
import { PersonId } from '@/lib/domain/ids'

const one = (
  name: string,
  medianSeconds: number,
  busiest: number,
  more: { approved?: number; quick?: number } = {},
) => ({
  personId: PersonId.parse(`P-${name}`),
  ...{ name, decisions: 30, medianSeconds, busiest, approved: 28, quick: 0, ...more },
})

it('says in words who signs without reading', () => {
  const deciding = [
    one('QWCK', 0.84, 3),
    one('BVSY', 41, 26),
    one('CARE', 95, 2, { approved: 15 }),
    one('S0ME', 12, 4, { quick: 5 }),
  ]
  const html = renderToStaticMarkup(<DecidingPart deciding={deciding} mutual={[]} />)
  const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row = '']) => row.replace(/<[^>]*>/g, '|'))
  expect(rows.find((row) => row.includes('QWCK'))).toMatch(/0\.8 s.*Decides in under 2 s/)
  expect(rows.find((row) => row.includes('BVSY'))).toMatch(/41 s.*26 decisions in 10 minutes/)
  expect(rows.find((row) => row.includes('CARE'))).toMatch(/95 s.*30.*50 %.*nothing/)
  expect(rows.find((row) => row.includes('S0ME'))).toMatch(/93 %.*5 of 30 in under 2 s/)
})

it('says when there is nothing yet', () => {
  expect(renderToStaticMarkup(<DecidingPart deciding={[]} mutual={[]} />)).toContain(
    'Nobody has decided anything.',
  )
})

it('A10: says who approves each other again and again, and when nobody does', () => {
  const mutual = [{ one: 'Approver', other: 'Second approver', byOne: 9, byOther: 7 }]
  const text = (html: string) => html.replace(/<[^>]*>/g, '')
  const said = text(renderToStaticMarkup(<DecidingPart deciding={[]} mutual={mutual} />))
  expect(said).toContain(
    'Approver approved 9 requests of Second approver, and Second approver 7 of Approver.',
  )
  const nothing = text(renderToStaticMarkup(<DecidingPart deciding={[]} mutual={[]} />))
  expect(nothing).toContain('No two people approved each other more than 5 times.')
})

import { describe, expect, test } from 'vitest'
import { checkActivation } from '@/lib/policy/activation'
import { loadPolicySet, PolicySetRejected, policySetVersion } from '@/lib/policy/load'
import { defaultSet, defaultText, lifting, setOf } from './world'

const { schema } = defaultText

function problemsOf(text: string, otherSchema = schema): readonly string[] {
  try {
    loadPolicySet({ schema: otherSchema, policies: [{ name: 'x.cedar', text }] })
    return []
  } catch (fault) {
    if (fault instanceof PolicySetRejected) return fault.problems
    throw fault
  }
}

const permit = (annotations: string) => `${annotations} permit (principal, action, resource);`
const forbid = (annotations: string, conditions = '') =>
  `@id("a") @says("A.") ${annotations} forbid (principal, action, resource) ${conditions};`

describe('what is refused at load', () => {
  test.each([
    ['no id', permit('@says("A.")'), '@id'],
    ['an id in another alphabet', permit('@id("Ä b") @says("A.")'), '@id'],
    ['the id of the synthetic note', permit('@id("no-policy-allows") @says("A.")'), 'taken'],
    ['no sentence', permit('@id("a")'), '@says'],
    ['an empty sentence', permit('@id("a") @says(" ")'), '@says'],
    ['the same id twice', permit('@id("a") @says("A.")') + permit('@id("a") @says("A.")'), 'Two policies'],
    ['a misspelt annotation', permit('@id("a") @says("A.") @aproval("security")'), '@aproval'],
    ['an approval on a permit', permit('@id("a") @says("A.") @approval("security")'), 'never on a permit'],
    ['a quorum without approval', forbid('@quorum("2")'), 'without @approval'],
    ['text that does not parse', 'permit (principal', 'x.cedar'],
    ['a template', '@id("a") @says("A.") permit (principal == ?principal, action, resource);', 'slots'],
    ['an unknown attribute', forbid('', 'when { resource.colour == "red" }'), 'colour'],
    [
      'an unknown action',
      '@id("a") @says("A.") forbid (principal, action == Action::"fly", resource);',
      'fly',
    ],
    [
      'an attribute of no certain type',
      forbid('', 'when { principal.slug == "x" && resource.slug == "x" }'),
      'slug',
    ],
    [
      'a policy that can never apply, only warned about',
      '@id("a") @says("A.") permit (principal is Person, action, resource);',
      'a:',
    ],
    ['a condition that is always false, only warned about', forbid('', 'when { false }'), 'a:'],
  ])('%s', (_, text, part) => {
    expect(problemsOf(text).join(' ')).toContain(part)
  })

  const lifted = 'unless { context.approvals.contains("security") }'
  test.each(['0', '-1', '1.5', 'two', '', '1e1', '100'])('a quorum of "%s"', (quorum) => {
    expect(problemsOf(forbid(`@approval("security") @quorum("${quorum}")`, lifted)).join(' ')).toContain(
      '@quorum',
    )
  })

  test('an order, a passkey demand or a group that means nothing', () => {
    expect(problemsOf(forbid('@approval("security") @order("0")', lifted)).join(' ')).toContain('@order')
    expect(problemsOf(forbid('@approval("security") @passkey("maybe")', lifted)).join(' ')).toContain(
      '@passkey',
    )
    expect(problemsOf(forbid('@approval("")', lifted)).join(' ')).toContain('@approval')
  })

  test('a schema that does not parse, and a set with two files of one name', () => {
    expect(problemsOf(permit('@id("a") @says("A.")'), 'entity {').length).toBeGreaterThan(0)
    const file = { name: 'a.cedar', text: permit('@id("a") @says("A.")') }
    expect(() => loadPolicySet({ schema, policies: [file, { ...file, text: '' }] })).toThrow('same name')
  })
})

describe('a forbid that its own approval does not lift', () => {
  const approved = 'context.approvals.contains("security")'
  test.each([
    ['no condition', ''],
    ['another stage', 'unless { context.approvals.contains("owners") }'],
    ['its stage only in one environment', `unless { ${approved} && context.environment == "staging" }`],
    ['the condition the wrong way round', `when { ${approved} }`],
    ['both of two stages', 'unless { context.approvals.containsAll(["security", "owners"]) }'],
    ['a stage that only looks signed', 'unless { context.requesterRoles.contains("security") }'],
    ['one branch only', `unless { if context.breakGlass then ${approved} else false }`],
  ])('is refused: %s', (_, conditions) => {
    expect(problemsOf(forbid('@approval("security")', conditions)).join(' ')).toContain('does not lift it')
  })

  test.each([
    ['unless', `unless { ${approved} }`],
    ['or something else', `unless { context.environment == "test" || ${approved} }`],
    ['when not', `when { !${approved} }`],
    ['when not, among other conditions', `when { context.environment == "production" && !${approved} }`],
    ['any of', 'unless { context.approvals.containsAny(["owners", "security"]) }'],
    ['all of itself', 'unless { context.approvals.containsAll(["security"]) }'],
    ['both branches', `unless { if context.breakGlass then true else ${approved} }`],
    [
      'one of several clauses',
      `when { context.hourUtc > 8 } unless { ${approved} } unless { context.breakGlass }`,
    ],
  ])('is accepted: %s', (_, conditions) => {
    expect(problemsOf(forbid('@approval("security")', conditions))).toEqual([])
  })
})

describe('activation', () => {
  test('names every stage whose group is unknown or empty', () => {
    expect(
      checkActivation(
        defaultSet,
        new Map([
          ['security', 2],
          ['data-owners', 1],
        ]),
      ),
    ).toEqual([])
    const problems = checkActivation(defaultSet, new Map([['security', 2]]))
    expect(problems).toEqual([
      'long-comments-need-data-owners: the group "data-owners" does not exist or has nobody in it.',
    ])
  })

  test.each([
    ['a member that no question has', 'weekday: Long,', 'weekday: Long, moon: Long,'],
    ['a member of another type', 'goalCategory: String,', 'goalCategory: Long,'],
    ['a member it does not know', 'goalCategory: String,', ''],
    ['an attribute it does not know', 'serverType: String,', ''],
    ['a parent it does not know', 'Resource in [ResourceServer, DataDomain, Tenant]', 'Resource in [Tenant]'],
  ])('names a schema that does not fit the questions: %s', (_, from, to) => {
    expect(schema).toContain(from)
    const file = { name: 'a.cedar', text: permit('@id("a") @says("A.")') }
    const set = loadPolicySet({ schema: schema.replace(from, to), policies: [file] })
    expect(checkActivation(set, new Map()).length).toBeGreaterThan(0)
  })
})

describe('a loaded set', () => {
  test('has one version per text, whatever order the files came in', () => {
    const reversed = { schema, policies: [...defaultText.policies].reverse() }
    expect(policySetVersion(reversed)).toBe(defaultSet.version)
    expect(loadPolicySet(reversed)).toEqual(defaultSet)
    const renamed = defaultText.policies.map(({ name, text }) => ({ name, text: `${text}\n` }))
    expect(policySetVersion({ schema, policies: renamed })).not.toBe(defaultSet.version)
  })

  test('keeps text, sentence and demand of each policy in reading order', () => {
    const set = setOf(
      ...Array.from({ length: 12 }, (_, at) =>
        lifting(`p${at}`, 'security', { extra: '@quorum("2") @order("3")' }),
      ),
    )
    expect([...set.entries.keys()]).toEqual(['all', ...Array.from({ length: 12 }, (_, at) => `p${at}`)])
    expect(set.entries.get('p3')).toMatchObject({
      effect: 'forbid',
      says: 'p3 says.',
      demand: { name: 'security', quorum: 2, order: 3, passkey: false },
    })
    expect(set.entries.get('p3')?.cedar).toContain('@id("p3")')
  })
})

import fc from 'fast-check'

/** Who takes part: the requester, the owner of the agent, and four who may sit anywhere. */
export const PEOPLE = ['requester', 'owner', 'ann', 'bob', 'cid', 'dot'] as const
export type Name = (typeof PEOPLE)[number]

export const PLACES = ['security', 'data-owners', 'managers', 'on-call'] as const
export type Place = (typeof PLACES)[number]

export type Demanded = {
  name: Place
  quorum: number
  order: number
  expiresMinutes?: number
  escalate?: { to: Place; afterMinutes: number }
}

export const DEMANDS = {
  ordered: [
    {
      ...{ name: 'security', quorum: 2, order: 1, expiresMinutes: 240 },
      escalate: { to: 'managers', afterMinutes: 60 },
    },
    { name: 'data-owners', quorum: 1, order: 2, expiresMinutes: 120 },
  ],
  parallel: [
    { name: 'data-owners', quorum: 2, order: 1 },
    { name: 'security', quorum: 1, order: 1, escalate: { to: 'managers', afterMinutes: 30 } },
  ],
} as const satisfies Record<string, readonly Demanded[]>
export type Demand = keyof typeof DEMANDS

export type Link = { outer: Place; inner: Place }

export type Command =
  | { do: 'file'; demand: Demand }
  | { do: 'pass'; minutes: number }
  | { do: 'sign'; who: Name; for: Name | null }
  | { do: 'deny'; who: Name }
  | { do: 'join' | 'leave'; who: Name; place: Place }
  | ({ do: 'nest' | 'unnest' } & Link)
  | { do: 'name'; who: Name; deputy: Name; place: Place }
  | { do: 'end'; who: Name; place: Place }
  | { do: 'disable'; who: Name }
  | { do: 'issue' }

const who = fc.constantFrom<Name[]>(
  'ann',
  'bob',
  'cid',
  'dot',
  'ann',
  'bob',
  'cid',
  'dot',
  'requester',
  'owner',
)
const place = fc.constantFrom(...PLACES)
const main = fc.constantFrom<Place[]>('security', 'security', 'data-owners', 'managers')
const demand = fc.constantFrom<Demand[]>('ordered', 'parallel')
const link = fc.constantFrom<Link[]>(
  { outer: 'security', inner: 'managers' },
  { outer: 'security', inner: 'on-call' },
  { outer: 'managers', inner: 'on-call' },
  { outer: 'on-call', inner: 'security' },
  { outer: 'data-owners', inner: 'on-call' },
)
const one = <D extends string>(name: D) => fc.constant(name)

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: one('sign'), who, for: fc.constant(null) }) },
  { weight: 10, arbitrary: fc.record({ do: one('sign'), who, for: who }) },
  { weight: 10, arbitrary: fc.record({ do: one('name'), who, deputy: who, place: main }) },
  { weight: 1, arbitrary: fc.record({ do: one('end'), who, place: main }) },
  { weight: 4, arbitrary: fc.record({ do: one('pass'), minutes: fc.constantFrom(1, 30, 60, 130) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('join' as const, 'leave' as const), who, place }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('nest' as const, 'nest' as const, 'unnest' as const), link)
      .map(([what, of]) => ({ do: what, ...of })),
  },
  { weight: 1, arbitrary: fc.record({ do: one('file'), demand }) },
  { weight: 1, arbitrary: fc.record({ do: one('deny'), who }) },
  { weight: 1, arbitrary: fc.record({ do: one('disable'), who }) },
  { weight: 9, arbitrary: fc.record({ do: one('issue') }) },
)

/** A request is filed, and then anything happens in any order. */
export const story = (maxLength: number): fc.Arbitrary<Command[]> =>
  fc
    .tuple(fc.record({ do: one('file'), demand }), fc.array(command, { maxLength, size: 'max' }))
    .map(([first, rest]) => [first, ...rest])

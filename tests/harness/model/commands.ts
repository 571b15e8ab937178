import fc from 'fast-check'

/** The people of the model: who asks, two who may sign, the owner of the agent, and one in no group. */
export const WHO = ['requester', 'approver', 'second', 'owner', 'outsider'] as const
export type Who = (typeof WHO)[number]

export const GROUPS = ['security', 'data-owners'] as const
export type Group = (typeof GROUPS)[number]

/** Kinds of tasks by the stages policy demands, in order. Null: policy refuses. */
export const KINDS = {
  plain: [],
  secret: [{ group: 'security', quorum: 1 }],
  rotation: [{ group: 'security', quorum: 2 }],
  long: [
    { group: 'security', quorum: 1 },
    { group: 'data-owners', quorum: 1 },
  ],
  forbidden: null,
} as const satisfies Record<string, readonly { group: Group; quorum: number }[] | null>
export type Kind = keyof typeof KINDS

/** A task has what it is about and something extra, which an approver may strike; its time comes in thirds. */
export const THIRDS = [1, 2, 3] as const
export type Thirds = (typeof THIRDS)[number]

/** How often an approver lets it be used. Null: as often as is left. */
export const CAPS = [null, 1, 2] as const
export type ModelCap = (typeof CAPS)[number]

export type Command =
  | { do: 'submit' | 'edit'; kind: Kind }
  | { do: 'approve' | 'deny' | 'disable'; who: Who }
  | { do: 'leave' | 'join'; who: 'approver' | 'second'; group: Group }
  | { do: 'narrow'; who: Who; strike: boolean; thirds: Thirds; uses: ModelCap }
  | { do: 'issue' | 'ask'; scope: 'main' | 'extra' }
  | { do: 'withdraw' | 'lapse' | 'suspend' | 'resume' | 'revoke' | 'complete' | 'expire' }
  | { do: 'policy'; strict: boolean }

const kind = fc.constantFrom<Kind[]>('plain', 'secret', 'rotation', 'rotation', 'long', 'long', 'forbidden')
const signer = fc.constantFrom<Who[]>(
  'approver',
  'second',
  'approver',
  'second',
  'requester',
  'owner',
  'outsider',
)
const member = fc.constantFrom('approver' as const, 'second' as const)
const group = fc.constantFrom(...GROUPS)

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('approve' as const), who: signer }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('narrow' as const),
      who: signer,
      strike: fc.boolean(),
      thirds: fc.constantFrom(...THIRDS),
      uses: fc.constantFrom(...CAPS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deny' as const), who: signer }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disable' as const), who: fc.constantFrom(...WHO) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), kind }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('submit' as const), kind }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'join' as const), who: member, group }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom('issue' as const, 'ask' as const),
      scope: fc.constantFrom('main' as const, 'extra' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('withdraw', 'lapse', 'suspend', 'resume', 'revoke', 'complete', 'expire'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('policy' as const), strict: fc.boolean() }) },
)

/** A request is filed, and then anything happens in any order. */
export const story = (maxLength: number): fc.Arbitrary<Command[]> =>
  fc
    .tuple(fc.record({ do: fc.constant('submit' as const), kind }), fc.array(command, { maxLength }))
    .map(([first, rest]) => [first, ...rest])

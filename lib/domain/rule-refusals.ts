/** Why a change of the rules, of people, or of what is registered cannot be made. Part of the one table in refusals.ts. */
export const RULE_REFUSALS = {
  last_administrator: { status: 409, says: 'One administrator has to remain.' },
  last_role: {
    status: 409,
    says: 'This is their only role. Disable them instead: that also ends what they have open.',
  },
  last_role_disabled: {
    status: 409,
    says: 'This is their only role. They are disabled, so they can do nothing with it.',
  },
  person_disabled: { status: 409, says: 'This person is disabled. They have to be enabled first.' },
  works_elsewhere: {
    status: 409,
    says: 'This person also works for another tenant. Only their roles in this one are yours to change.',
  },
  own_account: { status: 403, says: 'You cannot disable yourself. Another administrator has to.' },
  not_an_approver: { status: 409, says: 'Only an approver can sign. Give them the role Approver first.' },
  still_ending: {
    status: 409,
    says: 'What this person had open is still being ended. Try again in a minute.',
  },
  key_too_new: {
    status: 409,
    says: 'The next key was published less than 10 minutes ago, and not everybody has fetched it yet. Nothing was changed. Try again in a few minutes.',
  },
  nothing_to_change: { status: 409, says: 'It is so already. Nothing was changed.' },
  group_exists: { status: 409, says: 'There is a group of that stage already.' },
  group_cycle: {
    status: 409,
    says: 'One of these groups is inside the other already. A group cannot hold itself.',
  },
  already_proposed: { status: 409, says: 'This is proposed already and waits for an answer.' },
  too_many_webhooks: { status: 409, says: 'There are as many webhooks as there may be. Remove one first.' },
  webhook_suspended: { status: 409, says: 'This webhook is suspended. Resume it first.' },
  not_suspended: { status: 409, says: 'This webhook is not suspended.' },
  still_on_its_way: { status: 409, says: 'This delivery is still on its way.' },
  proposal_closed: { status: 409, says: 'This proposal is no longer open.' },
  own_proposal: { status: 403, says: 'You proposed this. Another administrator has to answer it.' },
  own_gain: { status: 403, says: 'This is in your own favour. Another administrator has to activate it.' },
  proposer_gone: {
    status: 409,
    says: 'Whoever proposed this is no longer an administrator. Reject it, and propose it again if it is right.',
  },
  agent_looks_alike: {
    status: 409,
    says: 'An agent is registered under this name, or one that looks like it. Nothing was changed.',
  },
  owner_unknown: {
    status: 409,
    says: 'An owner has to be somebody of this tenant who is not disabled. Nothing was changed.',
  },
  template_exists: {
    status: 409,
    says: 'A template has this name already, or had it until it was retired. Nothing was changed.',
  },
} as const satisfies Record<string, { status: number; says: string }>

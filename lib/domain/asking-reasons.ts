/** Reasons of what an agent asks for beside tokens: a grant below its own, and more than its grant gives. */
export const ASKING_REASONS = [
  'parent_suspended',
  'child_agent_unknown',
  'child_agent_above',
  'child_agent_owner',
  'child_beyond',
  'child_too_deep',
  'child_too_many',
  'key_taken',
  'step_scope_unknown',
  'step_waiting',
  'step_declined',
  'step_too_many',
] as const

const asked = (description: string) => ({ error: 'invalid_request', status: 400, description }) as const

/** What each of them is on the wire. */
export const ASKING_RULES = {
  parent_suspended: asked(
    'An agent that this grant was handed on by is suspended. An administrator can resume it.',
  ),
  child_agent_unknown: asked(
    'No agent that can work for this grant is registered under this name. Name another agent.',
  ),
  child_agent_above: asked('This agent holds the grant or one above it already. Name another agent.'),
  child_agent_owner: asked(
    'An owner of this agent has signed the request. Name an agent that none of its signers owns.',
  ),
  child_beyond: asked('A child grant gives no more than its parent has left. Ask for less.'),
  child_too_deep: asked(
    'No grant may stand as deep as this. Ask for less depth, or hand on nothing from here.',
  ),
  child_too_many: asked(
    'As many grants were opened below this request as may be. Ask for a new task request.',
  ),
  key_taken: {
    error: 'invalid_request',
    status: 422,
    description: 'This Idempotency-Key belongs to another request. Make a new key for each.',
  },
  step_scope_unknown: {
    error: 'invalid_authorization_details',
    status: 400,
    description:
      'One of these actions is not offered at its location. Name actions and locations of one resource server type.',
  },
  step_waiting: asked('The same is proposed already and waits for its human. Wait for the answer.'),
  step_declined: asked('The same was declined a short time ago. Go on without it.'),
  step_too_many: asked(
    'Too many proposals of this agent wait or were made within an hour. Wait for an answer.',
  ),
} as const satisfies Record<(typeof ASKING_REASONS)[number], object>

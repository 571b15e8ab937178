import { RULE_REFUSALS } from './rule-refusals'
import { SERVER_REFUSALS } from './server-refusals'
import { TRUST_REFUSALS } from './trust-refusals'

/** Every refusal people can meet, its HTTP status and its sentence. One table, total by type. */
export const REFUSALS = {
  not_signed_in: { status: 401, says: 'You are not signed in. Sign in and try again.' },
  stale_sign_in: { status: 401, says: 'Signing needs a sign-in of the last 8 hours. Sign in again.' },
  wrong_sign_in: {
    status: 401,
    says: 'Nobody signs in with this e-mail and this password. Check both, or choose another password by mail.',
  },
  wrong_code: {
    status: 401,
    says: 'This code is not right, or it was used before. Wait for the next one and type that.',
  },
  too_many_attempts: { status: 429, says: 'Too many attempts. This one was not looked at.' },
  not_fresh: {
    status: 401,
    says: 'This needs a sign-in of the last 15 minutes. Nothing was changed. Sign out and sign in again.',
  },
  link_over: {
    status: 410,
    says: 'This link was used, has run out, or a later one took its place. Nothing was changed.',
  },
  email_taken: { status: 409, says: 'Somebody already signs in with this e-mail.' },
  passwords_off: { status: 404, says: 'Signing in with a password is not set up here.' },
  not_found: { status: 404, says: 'This does not exist, or it is not yours to see.' },
  not_allowed: { status: 404, says: 'This does not exist, or it is not yours to see.' },
  bad_origin: { status: 403, says: 'This did not come from a page of this console. Nothing was changed.' },
  invalid: { status: 400, says: 'Some fields need another look. Nothing was sent.' },
  own_request: { status: 403, says: 'You filed this request. Somebody else has to countersign it.' },
  agent_owner: { status: 403, says: 'You own this agent. Somebody else has to countersign its requests.' },
  same_account: {
    status: 403,
    says: 'You and the requester are one identity. Somebody else has to countersign.',
  },
  let_in_requester: {
    status: 403,
    says: 'You let the requester in. Somebody else has to countersign.',
  },
  self_given_role: { status: 403, says: 'You gave yourself this group. Somebody else has to countersign.' },
  not_in_stage: { status: 403, says: 'You are not in a group that this request waits for.' },
  stage_not_open: { status: 409, says: 'An earlier stage has to be signed first.' },
  already_voted: { status: 409, says: 'You have already signed this stage. A person counts once.' },
  represented_excluded: {
    status: 403,
    says: 'The person you would sign for may not sign this request. Neither may you for them.',
  },
  not_deputy: {
    status: 403,
    says: 'You are not the deputy of this person in a group that this request waits for, at this time.',
  },
  deputy_elsewhere: { status: 409, says: 'A deputy has to be an approver in the same group.' },
  deputy_chain: {
    status: 409,
    says: 'Deputies have no deputies: one of you two is a deputy, or has one, in these days.',
  },
  deputy_days: { status: 400, says: 'A deputy signs from a time to a later one, 90 days at most.' },
  deputy_over: { status: 409, says: 'This deputy has ended already.' },
  asked_again: {
    status: 409,
    says: 'An approver denied this agent the same a short time ago. It may not ask again yet.',
  },
  earlier_seat: {
    status: 409,
    says: 'Your earlier signature ended with your seat. You can sign again when the requester has edited the request.',
  },
  digest_mismatch: {
    status: 409,
    says: 'What you were shown is not what would be signed. Nothing was signed. Open the request again.',
  },
  beyond_asked: {
    status: 403,
    says: 'This gives more than was asked, or more than earlier signatures left. An approver gives less or the same. Nothing was signed.',
  },
  uses_not_counted: {
    status: 400,
    says: 'Uses are counted by resource servers that ask before each call. None of these scopes is on one.',
  },
  narrows_nothing: {
    status: 400,
    says: 'Nothing is struck, shorter or capped. Strike a scope, shorten the time, cap the uses, or approve it as it is.',
  },
  nothing_left: {
    status: 409,
    says: 'Earlier signatures have no scope in common, so there is nothing to sign. The requester can edit it or file again.',
  },
  narrowing_refused: { status: 409, says: 'Policy refuses this narrower grant. Nothing was signed.' },
  narrowing_needs_others: {
    status: 409,
    says: 'This narrower grant would need other signatures than were asked for. Nothing was signed.',
  },
  nonce_used: {
    status: 409,
    says: 'This signing attempt was used or is older than 5 minutes. Open the dialog again.',
  },
  passkeys_off: {
    status: 409,
    says: 'Passkeys need the console at a name, over HTTPS or on localhost. Here it has an address of numbers.',
  },
  passkeys_full: { status: 409, says: 'You have 10 passkeys. Remove one before you add another.' },
  passkey_known: { status: 409, says: 'This passkey is registered already.' },
  passkey_late: { status: 409, says: 'This took longer than 5 minutes, or was sent before. Start again.' },
  passkey_not_made: {
    status: 400,
    says: 'What the browser sent is no passkey for this console. Nothing was added. Start again.',
  },
  passkey_required: {
    status: 403,
    says: 'This stage takes signatures with a passkey only. Add one in Settings, then sign here.',
  },
  passkey_needed: {
    status: 403,
    says: 'You have a passkey, so you sign with it. Nothing was signed. Open the dialog again.',
  },
  passkey_unknown: {
    status: 403,
    says: 'This passkey is not one of yours. Nothing was signed. Use one that stands in your Settings.',
  },
  passkey_refused: {
    status: 403,
    says: 'The passkey did not sign what you were shown. Nothing was signed. Open the dialog again.',
  },
  passkey_copied: {
    status: 403,
    says: 'This passkey has counted backwards, as a copy does. Nothing was signed. Remove it in Settings and add another.',
  },
  break_glass_open: {
    status: 409,
    says: 'Your last use of break-glass is not reviewed yet. Until somebody else has signed its review you cannot break glass again.',
  },
  break_glass_needless: { status: 409, says: 'Nobody has to sign this. Submit it as a request.' },
  break_glass_held: {
    status: 403,
    says: 'Policy lets nobody past these signatures, not with break-glass either. Submit it as a request.',
  },
  not_to_review: { status: 409, says: 'There is no review of break-glass here that waits.' },
  signed_without_passkey: {
    status: 409,
    says: 'You signed without a passkey, and this stage takes one now. You can sign again when the requester has edited the request.',
  },
  changed_meanwhile: {
    status: 409,
    says: 'This changed while you were looking at it. Nothing was changed by you. Reload to see the difference.',
  },
  not_awaiting: { status: 409, says: 'This request no longer waits for an answer.' },
  not_live: { status: 409, says: 'This grant is not live, so there is nothing to end or hand out.' },
  not_at_once: { status: 409, says: 'These cannot be approved at once. Approve them one by one.' },
  refused_by_policy: { status: 403, says: 'Policy refuses this. No signature can lift it.' },
  policy_unavailable: { status: 503, says: 'Policy could not be asked. Nothing was changed. Try again.' },
  agent_suspended: { status: 409, says: 'This agent is suspended. An administrator can resume it.' },
  server_suspended: {
    status: 409,
    says: 'A resource server of this request is suspended or removed. The requester can file again.',
  },
  scope_retired: {
    status: 409,
    says: 'One of the scopes is not offered any more. The requester can file again without it.',
  },
  template_retired: {
    status: 409,
    says: 'This template is not offered any more. Choose another one, or none.',
  },
  agent_unknown: { status: 400, says: 'Choose an agent from the list.' },
  scope_unknown: { status: 400, says: 'One of the scopes does not exist any more. Choose again.' },
  scope_not_offered: { status: 400, says: 'One of the scopes is not offered to you.' },
  environment_unknown: { status: 400, says: 'This agent is not approved for that environment.' },
  too_long: { status: 400, says: 'The duration is longer than one of the scopes allows.' },
  stage_unfillable: {
    status: 409,
    says: 'Nobody could sign one of the stages this needs. An administrator has to add people to its group.',
  },
  quota_reached: {
    status: 429,
    says: 'Too many requests were filed within an hour. Nothing was filed. Try again later.',
  },
  comments_full: {
    status: 409,
    says: 'There are too many comments here already. This one was not added.',
  },
  reason_missing: { status: 400, says: 'Say why in a sentence. The requester reads it.' },
  sign_in_disabled: { status: 403, says: 'This account is disabled. An administrator can say why.' },
  sign_in_without_role: {
    status: 403,
    says: 'None of your groups gives you a role here. Ask whoever runs Countersign which group you need.',
  },
  setup_link_void: {
    status: 409,
    says: 'This link was used, is older than 15 minutes, or there is an administrator already. Start Countersign again for another.',
  },
  ...RULE_REFUSALS,
  ...SERVER_REFUSALS,
  ...TRUST_REFUSALS,
  read_only: {
    status: 503,
    says: 'Read-only: the database takes no changes at the moment. Nothing was changed. Try again later.',
  },
  unavailable: { status: 503, says: 'The database did not answer. Nothing was changed. Try again.' },
} as const satisfies Record<string, { status: number; says: string }>

export type RefusalCode = keyof typeof REFUSALS

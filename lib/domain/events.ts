import type { AgentId, CredentialId, DecisionId, GrantId, PersonId, RequestId, TenantId } from './ids'
import type { JsonObject } from './json'

/** Every event of the trail, past tense, with the sentence that says when it is written. */
export const EVENTS = {
  'person.signed_in': 'A person signed in.',
  'person.signed_out': 'A person signed out.',
  'person.added': 'A person was added.',
  'person.renamed': 'A person’s identity provider gave them another name.',
  'person.role_given': 'A person was given a role.',
  'person.role_taken': 'A role was taken from a person.',
  'person.role_kept':
    'An identity provider took the role from the last administrator, who keeps it until there is another.',
  'person.disabled':
    'A person was disabled. From then on they sign in and sign nothing, and nothing is issued for them.',
  'person.enabled': 'A disabled person may sign in again.',
  'person.grouped': 'A person was put into an approver group.',
  'person.ungrouped': 'A person was taken out of an approver group.',
  'person.invited': 'An administrator invited somebody by mail.',
  'person.uninvited': 'An administrator withdrew an invitation. Its link is worthless.',
  'sign_in.held': 'A right password was given, and the sign-in waits for its second factor.',
  'sign_in.refused':
    'A sign-in was refused. Of a password it is not said what was wrong; who proved theirs was disabled or without a role.',
  'sign_in.throttled': 'Attempts to sign in were too many. Until their time is over they are refused unread.',
  'sign_in.ended': 'A sign-in was ended by its owner, an administrator, or the next one of its browser.',
  'setup.link_made': 'A one-time link for the first administrator was printed.',
  'setup.link_opened': 'The link for the first administrator was followed. It opens nothing more.',
  'password.asked': 'Somebody asked for a link to choose another password.',
  'password.chosen': 'A person chose a password: when they joined, by a mailed link, or in the settings.',
  'second_factor.set_up': 'A person set up a second factor. Earlier ones and their recovery codes are void.',
  'second_factor.reset':
    'The second factor and the passkeys of a person were taken away, and their sign-ins ended. They set up new ones.',
  'second_factor.link_made':
    'An operator had a link printed with which the only administrator chooses a password and begins without a second factor.',
  'passkey.added': 'A person registered a passkey. From then on they sign with one.',
  'passkey.renamed': 'A person gave a passkey of theirs another name.',
  'passkey.removed': 'A person removed a passkey. What it signed stays signed.',
  'passkey.refused': 'A passkey was not registered, or not removed.',
  'mail.failed': 'A mail could not be handed in. It can be sent again.',
  'tenant.added': 'A tenant was added.',
  'group.added': 'An approver group was added.',
  'group.nested': 'A group was put into another: who sits in it signs the stage of the other one too.',
  'group.unnested': 'A group was taken out of another.',
  'group.renamed': 'An approver group was given another name. Its stage stays.',
  'deputy.named': 'An approver named somebody of the same group to sign for them for some days.',
  'deputy.ended': 'An approver ended a deputy before the days were over.',
  'proposal.made': 'An administrator proposed a change of the rules. Nothing is changed yet.',
  'proposal.activated': 'A proposed change came into force.',
  'proposal.rejected': 'Another administrator rejected a proposed change.',
  'proposal.withdrawn':
    'A proposed change was withdrawn, by whoever made it or because they were disabled or lost their last role.',
  'hours.changed': 'The working hours of a tenant were changed. Policies may ask whether people are at work.',
  'webhook.added': 'An address outside is told what happens from now on.',
  'webhook.removed': 'An administrator removed a webhook. It is told nothing any more.',
  'webhook.suspended':
    'A webhook took nothing for a day. It is told nothing until an administrator resumes it.',
  'webhook.resumed': 'An administrator resumed a suspended webhook.',
  'webhook.tested': 'An administrator sent a test to a webhook.',
  'webhook.replayed': 'An administrator had a delivery sent again.',
  'agent.added': 'An agent was registered.',
  'agent.changed': 'An agent was given other owners, other environments or another purpose.',
  'agent.suspended': 'An agent was suspended. Nothing is issued to it from then on.',
  'agent.resumed': 'A suspended agent may work again.',
  'agent.identity_added': 'An agent may prove itself with one more key, workload or subject.',
  'agent.identity_changed':
    'What an identity takes besides, or where it runs, was changed. What was proven before is proven anew.',
  'agent.key_rotated': 'An agent may sign with a new key. The one it follows stays until it is removed.',
  'agent.identity_removed':
    'An administrator took an identity away from an agent. It proves nothing any more.',
  'agent.identity_tested': 'An administrator looked at what a token proves. The token was not kept.',
  'agent.refused':
    'An agent was turned away: it is suspended, the identity it used was taken away, the grant it asked for is over, or what it proved itself with came with another key, a second time, from the wrong place, without the claims it is registered with, or for something else.',
  'agent.persisted':
    'An agent kept asking though its grant is revoked, its identity was taken away, or it or its person is suspended. Each call was refused.',
  'agent.slowed':
    'An agent called more often in a minute than it may. It is refused until the minute is over.',
  'server.added': 'A resource server was registered, with the scopes it had from the start.',
  'server.changed': 'A resource server was given another way to check credentials, or another key.',
  'server.secret_made':
    'A resource server may authenticate with a client secret. A key it had counts no more.',
  'server.secret_rotated':
    'A resource server was given a new client secret. The one before ends at once, or when it says.',
  'server.secret_ended':
    'An administrator ended client secrets of a resource server. They prove nothing any more.',
  'server.tried':
    'An administrator looked at an example of a token for a resource server. Nothing was issued.',
  'scope.added': 'A resource server offers one more scope.',
  'server.removed': 'A resource server was taken out for good, with every scope it had.',
  'scope.retired': 'A resource server offers a scope no more, and live grants lose it.',
  'scope.changed':
    'A scope was classified anew. What was asked for before keeps the classification it was asked with.',
  'template.added': 'A template was added.',
  'template.changed': 'A template was changed. Requests that were filed with it stay as they are.',
  'template.retired':
    'A template is not offered any more. Requests that were filed with it stay as they are.',
  'trust.changed': 'A trust domain and its keys were set.',
  'trust.environment_stated':
    'It was stated, or stated no more, where everything runs that a trust domain proves. A path still says it first.',
  'trust.removed':
    'An administrator removed a trust domain or an issuer. Nothing it signs is believed any more.',
  'trust.refreshed': 'The bundle of a trust domain was fetched from its address and holds other keys.',
  'trust.refresh_failed':
    'The bundle of a trust domain could not be fetched. The last one stays for a day at most.',
  'trust.refresh_asked':
    'An administrator had the bundle of a trust domain, or the keys of an issuer, fetched at once. What came of it is said.',
  'issuer.changed': 'An issuer of workload tokens was set, with its keys and environments.',
  'key.created': 'A signing key was made.',
  'key.rotated': 'The next signing key took over. What the one before signed stays good.',
  'key.ended': 'A signing key was ended. Nothing it signed is believed any more.',
  'policy.activated': 'A policy set came into force.',
  'request.proposed': 'An agent proposed a task request to its human. Policy is not asked yet.',
  'request.not_proposed': 'An agent proposed a task request and was refused.',
  'request.confirmed': 'A person confirmed what an agent proposed. It was filed in their name then.',
  'request.declined': 'A person declined what an agent proposed.',
  'request.filed': 'A task request was filed, with one decision a scope.',
  'request.edited': 'The requester changed a request. Earlier votes are void.',
  'request.refused': 'Policy refused a task request when it was filed.',
  'request.withdrawn':
    'A request was withdrawn, by its requester or because they were disabled or lost their last role.',
  'request.denied': 'An approver denied a request.',
  'request.repeated':
    'An agent that was denied asked for the same again within the window policy sets. Nothing was filed.',
  'request.lapsed': 'A request expired unanswered.',
  'request.reopened': 'A new policy set changed what a waiting request needs. Earlier votes are void.',
  'request.commented': 'Somebody who may see a request commented on it.',
  'approval.signed': 'An approver countersigned a stage of a request.',
  'approval.refused': 'A countersignature was refused.',
  'approval.voided':
    'A countersignature stopped counting: its signer left the group, was disabled or lost their last role.',
  'approval.exported': 'Somebody took the evidence of an approval out as a file.',
  'break_glass.used': 'A requester signed past the countersigners. Somebody else has to review it.',
  'break_glass.refused': 'An attempt to break glass, or to review it, was refused.',
  'break_glass.reviewed': 'Somebody else signed the review of a use of break-glass.',
  'stage.closed': 'A stage reached its quorum.',
  'stage.reminded': 'Half the time of an open stage is over.',
  'stage.escalated': 'An open stage may be signed by a second group as well from now on.',
  'grant.opened': 'A request became a live grant.',
  'grant.completed': 'A grant was given back because the task is done.',
  'grant.revoked': 'A grant was revoked.',
  'grant.expired': 'A grant ran out of time.',
  'grant.handed_on': 'An agent opened a grant below its own for another agent.',
  'grant.not_handed_on': 'An agent asked for a grant below its own and was refused.',
  'mandate.issued': 'A mandate was handed out.',
  'credential.issued': 'The authority issued a credential for a mandate.',
  'credential.refused': 'The authority refused a credential.',
  'credential.asked': 'A resource server asked whether a credential is active.',
  'credential.asked_again':
    'A resource server asked the same about a credential within a minute and heard the same, as often as it says.',
  'credential.revoked': 'A credential was given back by its agent.',
  'decision.asked': 'A resource server asked for a decision before it answered a call.',
  'decision.searched':
    'A resource server searched for what would be allowed. It counts as no use, and allows nothing by itself.',
  'act.refused': 'An attempt was refused by a rule of access or separation of duty.',
  'trail.exported': 'Somebody exported filtered rows of the trail.',
} as const satisfies Record<string, string>

export type EventType = keyof typeof EVENTS

/** How an event went, for facets and glyphs. */
export const OUTCOMES = { done: 'Done', allowed: 'Allowed', held: 'Held', refused: 'Refused' } as const
export type EventOutcome = keyof typeof OUTCOMES

/** What a decision remembers. The trail adds place, time and origin. */
export type TrailEvent = {
  type: EventType
  outcome: EventOutcome
  tenantId?: TenantId
  humanId?: PersonId
  agentId?: AgentId
  requestId?: RequestId
  grantId?: GrantId
  credentialId?: CredentialId
  decisionIds?: readonly DecisionId[]
  policyIds?: readonly string[]
  /** What changed: figures, ids, before and after. Never free text, never a secret. */
  data?: JsonObject
  /** Free text: enters the entry as a salted commitment with the text beside it. */
  texts?: Readonly<Record<string, string>>
}

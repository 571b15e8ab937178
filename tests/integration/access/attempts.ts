import { pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { ecPair } from '@/tests/unit/support/forge'
import {
  type Attempt,
  addPerson,
  anotherSignIn,
  fileWaiting,
  form,
  insertDelivery,
  insertProposed,
  liveGrant,
  nextNumber,
  onAgent,
  onDomain,
  onGrant,
  onIdentity,
  onIssuer,
  onPerson,
  onProposal,
  onRequest,
  onServerSecret,
  onShown,
  onWebhook,
  REASON,
  securityOf,
} from './tried-on'
import { absentRequest } from './world'

const REVOKERS = ['requester', 'approver', 'owner', 'administrator'] as const
const FILERS = ['requester', 'otherRequester', 'approver', 'owner', 'administrator'] as const

/** Every act of people: who may, written down. `there` is always the requester's and of the requester's tenant. */
export const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  submitRequest: {
    allowed: FILERS,
    on: async (world) => ({
      there: form(world),
      absent: { ...form(world), agentId: newId('AgentId'), templateId: newId('TemplateId') },
    }),
  },
  confirmRequest: { allowed: ['requester'], on: onRequest(insertProposed, { rev: 1 }) },
  declineRequest: { allowed: ['requester'], on: onRequest(insertProposed, { reason: '' }) },
  previewRequest: {
    allowed: FILERS,
    on: async (world) => ({
      there: form(world),
      absent: { ...form(world), agentId: newId('AgentId'), templateId: newId('TemplateId') },
    }),
  },
  editRequest: {
    allowed: ['requester'],
    on: async (world) => {
      const requestId = await fileWaiting(world)
      const { rev } = await world.demo.read(requestId)
      return {
        there: { ...form(world), requestId, rev },
        absent: { ...form(world), requestId: absentRequest(), rev },
      }
    },
  },
  commentRequest: {
    allowed: ['requester', 'approver', 'owner', 'administrator'],
    on: onRequest(fileWaiting, { text: 'How long does it take?' }),
  },
  withdrawRequest: { allowed: ['requester'], on: onRequest(fileWaiting) },
  prepareSigning: { allowed: ['approver'], on: onRequest(fileWaiting, { verdict: 'approve' }) },
  prepareSignings: {
    allowed: ['approver'],
    on: async (world) => ({
      there: { requestIds: [await fileWaiting(world), await fileWaiting(world)], verdict: 'deny' },
      absent: { requestIds: [absentRequest(), absentRequest()], verdict: 'deny' },
    }),
  },
  previewNarrowing: { allowed: ['approver'], on: onRequest(fileWaiting) },
  approveRequest: { allowed: ['approver'], on: onShown('approve') },
  denyRequest: { allowed: ['approver'], on: onShown('deny', REASON) },
  issueMandate: { allowed: ['requester'], on: onGrant() },
  completeGrant: { allowed: ['requester', 'owner'], on: onGrant() },
  revokeGrant: { allowed: REVOKERS, on: onGrant(REASON) },
  revokeGrants: {
    allowed: REVOKERS,
    on: async (world) => ({
      there: { grantIds: [await liveGrant(world)], ...REASON },
      absent: { grantIds: [newId('GrantId')], ...REASON },
    }),
  },
  suspendAgent: { allowed: ['owner', 'administrator'], on: onAgent('null') },
  resumeAgent: { allowed: ['administrator'], on: onAgent('now()') },
  proposeIdentity: {
    allowed: ['administrator'],
    on: async (world) => {
      const { there, absent } = await onAgent('null')(world)
      const key = { kind: 'key', key: JSON.stringify(ecPair().publicJwk), environment: 'staging' }
      return { there: { ...Object(there), ...key }, absent: { ...Object(absent), ...key } }
    },
  },
  proposeAgent: {
    allowed: ['administrator'],
    on: async (world) => {
      const { there, absent } = await onAgent('null')(world)
      const form = {
        ...{ kind: 'agent.set', purpose: 'Is there for something else.', environments: ['staging'] },
        ...{ slug: 'no-such-name', owners: [world.actors.owner.personId] },
      }
      return { there: { ...Object(there), ...form }, absent: { ...Object(absent), ...form } }
    },
  },
  proposeTemplate: {
    allowed: ['administrator'],
    on: async ({ demo }) => {
      const [template] = demo.world.templates
      const form = {
        ...{ kind: 'template.set', agentId: template?.agentId, name: `Named anew ${nextNumber()}` },
        ...{ goal: 'Read.', goalCategory: 'support', environment: 'staging', minutes: 5 },
        scopeIds: template?.scopeIds,
      }
      return {
        there: { ...form, templateId: template?.id },
        absent: { ...form, templateId: newId('TemplateId') },
      }
    },
  },
  changeIdentity: {
    allowed: ['administrator'],
    on: async (world) => {
      const { there, absent } = await onIdentity(world)
      const conditions = { kind: 'conditions', conditions: 'ref = refs/heads/main' }
      return { there: { ...Object(there), ...conditions }, absent: { ...Object(absent), ...conditions } }
    },
  },
  removeIdentity: { allowed: ['administrator'], on: onIdentity },
  testIdentity: {
    allowed: ['administrator'],
    on: async (world) => {
      const { there, absent } = await onAgent('null')(world)
      return { there: { ...Object(there), token: 'a.b.c' }, absent: { ...Object(absent), token: 'a.b.c' } }
    },
  },
  proposeServer: {
    allowed: ['administrator'],
    on: async ({ demo }) => {
      const server = demo.world.servers.find(({ type }) => type === 'tickets') ?? demo.world.servers[0]
      const form = {
        ...{ kind: 'scope.set', scopeId: server?.scopes[0]?.id, sensitivity: 3 },
        ...{ dataDomain: `other-${nextNumber()}`, minutes: 45, checks: 'offline' },
        ...{ action: 'ticket:read', resource: `${server?.identifier}/t/1`, type: 'tickets' },
        ...{ identifier: 'https://servers.example', keepSeconds: 0 },
      }
      return {
        there: { serverId: server?.id, ...form },
        absent: { serverId: newId('ResourceServerId'), ...form },
      }
    },
  },
  endServerSecret: { allowed: ['administrator'], on: onServerSecret },
  tryToken: {
    allowed: ['administrator'],
    on: async ({ demo }) => {
      const [server, agent] = [demo.world.servers[0], demo.world.agents[0]]
      const ask = {
        ...{ agentId: agent?.id, environment: agent?.environments[0], minutes: 30 },
        scopeIds: [server?.scopes[0]?.id],
      }
      return {
        there: { serverId: server?.id, ...ask },
        absent: { serverId: newId('ResourceServerId'), ...ask },
      }
    },
  },
  refreshIssuer: { allowed: ['administrator'], on: onIssuer },
  refreshTrust: { allowed: ['administrator'], on: onDomain },
  removeTrust: { allowed: ['administrator'], on: onIssuer },
  proposeRuleChange: {
    allowed: ['administrator'],
    on: onPerson(['requester'], (world) => ({
      kind: 'role.give',
      role: 'approver',
      innerId: securityOf(world),
      ...{ timeZone: 'Europe/Zurich', days: ['1'], fromHour: '9', untilHour: '17' },
    })),
  },
  activateProposal: { allowed: ['administrator'], on: onProposal('other', { shown: 1 }) },
  rejectProposal: { allowed: ['administrator'], on: onProposal('other') },
  withdrawProposal: { allowed: ['administrator'], on: onProposal('own') },
  removeFromGroup: {
    allowed: ['administrator'],
    on: onPerson(['approver'], (world) => ({ groupId: securityOf(world) })),
  },
  disablePerson: { allowed: ['administrator'], on: onPerson(['requester'], () => REASON) },
  removeWebhook: { allowed: ['administrator'], on: onWebhook('null') },
  testWebhook: { allowed: ['administrator'], on: onWebhook('null') },
  resumeWebhook: { allowed: ['administrator'], on: onWebhook('now()') },
  replayDelivery: {
    allowed: ['administrator'],
    on: async (world) => ({
      there: { deliveryId: await insertDelivery(world) },
      absent: { deliveryId: newId('DeliveryId') },
    }),
  },
  endSignIns: {
    allowed: ['requester', 'administrator'],
    on: async (world) => {
      await anotherSignIn(world)
      return {
        there: { personId: world.actors.requester.personId },
        absent: { personId: newId('PersonId') },
      }
    },
  },
  nameDeputy: {
    allowed: ['approver'],
    on: async (world) => {
      const days = { from: new Date(Date.now() - 3_600_000), until: new Date(Date.now() + 86_400_000) }
      const deputy = await addPerson(world, 'approver')
      return {
        there: { ...days, deputy: [securityOf(world), deputy] },
        absent: { ...days, deputy: [newId('GroupId'), newId('PersonId')] },
      }
    },
  },
  endDeputy: {
    allowed: ['approver'],
    on: async (world) => {
      const { approver } = world.actors
      const deputyshipId = newId('DeputyId')
      await pool().query(
        `insert into deputy (id, tenant_id, group_id, person_id, deputy_id, from_time, until_time, named)
         values ($1, $2, $3, $4, $5, now() + interval '80 days', now() + interval '81 days', now())`,
        [
          deputyshipId,
          approver.tenantId,
          securityOf(world),
          approver.personId,
          await addPerson(world, 'approver'),
        ],
      )
      return { there: { deputyshipId }, absent: { deputyshipId: newId('DeputyId') } }
    },
  },
  endSignIn: {
    allowed: ['requester', 'administrator'],
    on: async (world) => ({
      there: { signInId: await anotherSignIn(world) },
      absent: { signInId: newId('SignInId') },
    }),
  },
}

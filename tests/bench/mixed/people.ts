import {
  callAction,
  callOf,
  type Fields,
  listActions,
  type ServerAction,
} from '@/tests/browser/abuse/actions'
import type { Answer } from '@/tests/browser/abuse/raw'

const IDLE = { kind: 'idle' }

/** The server actions of the built console, called over HTTP as a browser's script calls them. */
export type People = {
  submit: () => Promise<string>
  prepare: (requestId: string) => Promise<Signing>
  approve: (signing: Signing) => Promise<void>
}
export type Signing = { requestId: string; nonce: string; digest: string }

function actionNamed(name: string): ServerAction {
  const found = listActions().find((action) => action.name === name)
  if (!found) throw new Error(`The built console has no ${name}.`)
  return found
}

function found(answer: Answer, pattern: RegExp, where = answer.text): string {
  const [, value] = pattern.exec(where) ?? []
  if (!value) throw new Error(`An action answered ${answer.status}: ${answer.text.slice(0, 300)}`)
  return value
}

/** What people do, by the cookies of a requester and an approver. Everything but a yes throws. */
export function peopleOf(
  origin: string,
  cookies: { requester: string; approver: string },
  form: Fields,
): People {
  const [submit, prepare, approve] = [
    'submitRequestAction',
    'prepareSigningAction',
    'approveRequestAction',
  ].map(actionNamed)
  if (!submit || !prepare || !approve) throw new Error('An action is missing.')
  const call = async (action: ServerAction, fields: Fields, cookie: string) =>
    callAction(action, await callOf(fields, [IDLE]), { cookie, headers: { origin } })
  return {
    submit: async () => {
      const answer = await call(submit, form, cookies.requester)
      return found(answer, /\/requests\/(R-[0-9A-Z]+)/, String(answer.headers['x-action-redirect']))
    },
    prepare: async (requestId) => {
      const fields = [
        ['requestId', requestId],
        ['verdict', 'approve'],
      ] as const
      const answer = await call(prepare, fields, cookies.approver)
      const nonce = found(answer, /"nonce":"([0-9a-f]{32})"/)
      return { requestId, nonce, digest: found(answer, /"digest":"([0-9a-f]{64})"/) }
    },
    approve: async ({ requestId, nonce, digest }) => {
      const fields = [
        ['requestId', requestId],
        ['nonce', nonce],
        ['digest', digest],
      ] as const
      const answer = await call(approve, fields, cookies.approver)
      found(answer, /("kind":"done")/)
    },
  }
}

import { cookies } from 'next/headers'
import { REFUSALS } from '@/lib/domain/refusals'
import { type Refusal, refusal } from '@/lib/domain/result'
import { settings } from '@/lib/usecases/facts/settings'
import { OpenSetupLink, openSetupLink } from '@/lib/usecases/setup/open-setup-link'
import { formValues, isFromConsole } from './action'
import type { FormState } from './form-state'
import { logFault } from './log'
import { setupRightCookie } from './setup-right-cookie'

const refusedWith = ({ code, says, fields = {} }: Refusal): FormState<null> => ({
  kind: 'refused',
  code,
  says: says ?? REFUSALS[code].says,
  fields,
  // The secret does not come back.
  values: {},
})

/** Follows the printed link for whoever sends its secret: nobody is signed in yet, so this is no `action`. */
export async function followSetupLink(form: FormData): Promise<FormState<null>> {
  if (!(await isFromConsole())) return refusedWith({ code: 'bad_origin' })
  const input = OpenSetupLink.safeParse(formValues(form))
  if (!input.success)
    return refusedWith({ code: 'invalid', says: input.error.issues.map(({ message }) => message).join(' ') })
  if (settings().demo) return refusedWith({ code: 'setup_link_void' })
  const opened = await openSetupLink(input.data).catch((fault: unknown) => {
    logFault(fault)
    return refusal<never>('unavailable')
  })
  if (!opened.ok) return refusedWith(opened.refusal)
  const { name, options } = setupRightCookie()
  const jar = await cookies()
  jar.set(name, opened.value.right, options)
  return { kind: 'done', value: null }
}

import { headers } from 'next/headers'
import type { z } from 'zod'
import { isReadOnlyFault } from '@/lib/data/availability'
import { leafOfAct } from '@/lib/data/leaf-of-act'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { REFUSALS } from '@/lib/domain/refusals'
import { type Refusal, type Result, refusal } from '@/lib/domain/result'
import { settings } from '@/lib/usecases/facts/settings'
import type { FormState, FormValues } from './form-state'
import { logFault } from './log'
import { actOf, currentActor, currentSignIn } from './session'

type UseCase<I, T> = (actor: Actor, act: Act, input: I) => Promise<Result<T>>

/**
 * Fields whose name ends in `[]` are lists; members that Next adds are left out. A browser sends every end of a line as
 * two characters (HTML, "multipart/form-data encoding algorithm"): it is read as the one that was typed.
 */
export function formValues(form: FormData): FormValues {
  const values: Record<string, string | string[]> = {}
  for (const [key, value] of form) {
    const isList = key.endsWith('[]')
    const name = isList ? key.slice(0, -2) : key
    const typed = typeof value === 'string' ? value.replaceAll('\r\n', '\n') : null
    // What every object has by birth ("__proto__", "constructor") is no field of any form.
    if (key.startsWith('$ACTION') || typed === null || name in Object.prototype) continue
    values[name] = isList ? [...(values[name] ?? []), typed] : typed
  }
  return values
}

function fieldErrors(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const { path, message } of error.issues) fields[String(path[0] ?? '')] ??= message
  return fields
}

// Typed again each time: no answer and no page carries them back.
const SECRET_FIELDS = new Set([
  'password',
  'current',
  'secret',
  'code',
  'present',
  'assertion',
  'attestation',
  'token',
])

const withoutSecrets = (values: FormValues): FormValues =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !SECRET_FIELDS.has(name)))

const answer = <T>({ code, says, fields = {} }: Refusal, values: FormValues): FormState<T> => ({
  kind: 'refused',
  code,
  says: says ?? REFUSALS[code].says,
  fields,
  values: withoutSecrets(values),
})

// A POST without Origin runs in Next, and so does one with a forged X-Forwarded-Host: only this comparison counts.
export const isFromConsole = async () =>
  (await headers()).get('origin') === new URL(settings().consoleUrl).origin

/** What came of a deed, and where the first entry that it left stands in the trail. */
type Performed<T> = { result: Result<T>; leaf: number | null }

type Deed<W, I, T> = {
  who: () => Promise<W | null>
  schema: z.ZodType<I>
  perform: (who: W, input: I) => Promise<Performed<T>>
}

const leavingNone = <T>(result: Result<T>): Performed<T> => ({ result, leaf: null })

async function run<W, I, T>(
  { who, schema, perform }: Deed<W, I, T>,
  values: FormValues,
): Promise<Performed<T>> {
  if (!(await isFromConsole())) return leavingNone(refusal('bad_origin'))
  const found = await who()
  if (!found) return leavingNone(refusal('not_signed_in'))
  const input = schema.safeParse(values)
  if (!input.success) return leavingNone(refusal('invalid', { fields: fieldErrors(input.error) }))
  return perform(found, input.data)
}

const performAs =
  <I, T>(perform: UseCase<I, T>) =>
  async (actor: Actor, input: I): Promise<Performed<T>> => {
    const act = actOf(actor)
    const result = await perform(actor, act, input)
    return { result, leaf: leafOfAct(act) }
  }

type Then<T> = (value: T) => void | Promise<void>

function answering<W, I, T>(deed: Deed<W, I, T>, then?: Then<T>) {
  return async (_: FormState, form: FormData): Promise<FormState<T>> => {
    const values = formValues(form)
    const { result, leaf } = await run(deed, values).catch((fault: unknown): Performed<T> => {
      logFault(fault)
      return leavingNone(refusal(isReadOnlyFault(fault) ? 'read_only' : 'unavailable'))
    })
    if (!result.ok) return answer(result.refusal, values)
    await then?.(result.value)
    return { kind: 'done', value: result.value, ...(leaf === null ? {} : { leaf }) }
  }
}

/**
 * A server action without logic: authenticate, check where it came from, parse, call one use case. `then` runs after
 * a yes (it may redirect). A fault changes nothing and is said as such; its cause goes to the log only.
 */
export const action = <I, T>(schema: z.ZodType<I>, perform: UseCase<I, T>, then?: Then<T>) =>
  answering({ who: currentActor, schema, perform: performAs(perform) }, then)

/** The same for a sign-in that may still lack its second factor: it may be nobody yet, and give it. */
export const unfinishedAction = <I, T>(schema: z.ZodType<I>, perform: UseCase<I, T>, then?: Then<T>) =>
  answering(
    { who: currentSignIn, schema, perform: ({ actor }, input) => performAs(perform)(actor, input) },
    then,
  )

/** The same for somebody who is not signed in. */
export const openAction = <I, T>(
  schema: z.ZodType<I>,
  perform: (input: I) => Promise<Result<T>>,
  then?: Then<T>,
) =>
  answering(
    { who: async () => true, schema, perform: async (_, input) => leavingNone(await perform(input)) },
    then,
  )

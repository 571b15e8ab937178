/** Something nobody may find anywhere, and what it is. */
export type Planted = { what: string; text: string }

/** A compact JWT is a secret as a whole and by its signature and content. */
export const plantedJwt = (what: string, jwt: string): Planted[] => {
  const [, content = '', signature = ''] = jwt.split('.')
  return [
    { what, text: jwt },
    { what: `${what}, content`, text: content },
    { what: `${what}, signature`, text: signature },
  ]
}

/** Which of the planted secrets stand in a text. */
export const foundIn = (planted: readonly Planted[], text: string): string[] =>
  planted.filter((one) => text.includes(one.text)).map(({ what }) => what)

type Query = (sql: string) => Promise<readonly Record<string, unknown>[]>

const TABLES = `select table_name as name from information_schema.tables
  where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`

/** Every row of every table as text, events and their entries among them. */
export async function wholeDatabase(query: Query): Promise<string> {
  let text = ''
  for (const { name } of await query(TABLES)) {
    const rows = await query(`select t::text as row from "${name}" t`)
    text += `${name}\n${rows.map(({ row }) => row).join('\n')}\n`
  }
  return text
}

/** Keeps what clients send while `work` runs: proofs, tokens and assertions are made anew for every call. */
export async function recordSent(work: () => Promise<void>): Promise<Planted[]> {
  const send = globalThis.fetch
  const planted: Planted[] = []
  const keep = (what: string, value: string | null) => {
    for (const jwt of value?.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? []) planted.push(...plantedJwt(what, jwt))
  }
  globalThis.fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    keep('a DPoP proof', headers.get('dpop'))
    keep('an access token', headers.get('authorization'))
    const body = new URLSearchParams(String(init?.body ?? ''))
    for (const [name, value] of body) keep(name, value)
    return send(input, init)
  }
  await work().finally(() => {
    globalThis.fetch = send
  })
  return planted
}

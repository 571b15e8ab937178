import { createHmac, createPublicKey } from 'node:crypto'
import type { JsonObject } from '@/lib/domain/json'
import { ecPair, encode, forge, type Pair, seeded } from './forge'

/** A JWT that is taken as it is, with what must be as it is for that. */
export type Victim = {
  header: JsonObject
  claims: JsonObject
  pair: Pick<Pair, 'publicJwk' | 'sign'>
  /** Claims that may have one value only. */
  exact: readonly string[]
  /** Claims whose value is free and whose type is not. */
  typed: readonly string[]
  /** Claims that are moments near now. */
  times: readonly string[]
  /** Header members it may carry and nothing is done with. */
  hints?: readonly string[]
}

export type Spoilt = { how: string; text: string }

type Pick1 = <T>(of: readonly T[]) => T
type Spoiler = (victim: Victim, pick: Pick1, random: () => number) => Spoilt

const signed = ({ header, claims, pair }: Victim, over: { header?: unknown; claims?: unknown }): string =>
  forge(over.header ?? header, over.claims ?? claims, pair.sign)

const honest = (victim: Victim) => signed(victim, {})
const partsOf = (text: string) => text.split('.') as [string, string, string]

/** The members of an object as JSON text, with one of them written as told: what JSON.stringify cannot say. */
function rawWith(object: JsonObject, name: string, raw: string): string {
  const others = Object.entries(object)
    .filter(([key]) => key !== name)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  return `{${[...others, `${JSON.stringify(name)}:${raw}`].join(',')}}`
}

const NO_TIME = [
  ...['"NaN"', 'NaN', '"Infinity"', 'Infinity', '1e400', '-1e400', '1e3', '-0', '0', '-1', '-1e9', '1e308'],
  ...['null', 'true', 'false', '""', '" "', '[]', '{}', '+1', '01', '0x7fffffff', '.5', '1_000', '1n'],
  ...['4102444800', '9007199254740993', '1e21', '"4102444800"', '[1764072000]', '{"$date":1764072000}'],
]
const NO_TEXT = ['null', 'true', 'false', '0', '-0', '1e3', '1.5', '[]', '{}', '""', '[[]]', '{"a":1}']
const NO_OBJECT = ['null', 'true', '0', '1e3', '""', '"x"', '"[object Object]"', '[[]]', '{"length":1}']
const NO_ALGORITHM = [
  ...['none', 'None', 'NONE', 'nOnE', 'HS256', 'HS512', 'ES256K', 'ES384', 'RS256', 'PS256', 'EdDSA'],
  ...['es256', 'ES256 ', ' ES256', 'ES256\u200b', 'Ｅ256', '', 'ECDH-ES', 'dir', 'A128KW', 'ES256,none'],
  ...[null, 0, true, ['ES256'], { alg: 'ES256' }],
]
const FORBIDDEN: readonly (readonly [string, unknown])[] = [
  ...(['jku', 'x5u', 'url'] as const).map((name) => [name, 'https://evil.example/keys'] as const),
  ...[['crit', []] as const, ['crit', ['exp']] as const, ['crit', ['b64']] as const, ['b64', false] as const],
  ...[['x5c', ['AAAA']] as const, ['x5t', 'AAAA'] as const, ['x5t#S256', 'AAAA'] as const],
  ...[['zip', 'DEF'] as const, ['enc', 'A128GCM'] as const, ['cty', 'JWT'] as const, ['p2c', 1e9] as const],
  ...[
    ['Alg', 'none'] as const,
    ['alg ', 'none'] as const,
    ['ALG', 'none'] as const,
    ['аlg', 'none'] as const,
  ],
  ...[['epk', {}] as const, ['constructor', {}] as const, ['iss', 'x'] as const, ['nonce', 'x'] as const],
]
const NO_KID = [
  ...['../../k1', '/dev/null', '../../../../etc/passwd', "' or 1=1--", '%2e%2e%2fk1', 'https://evil.example'],
  ...['__proto__', 'constructor', 'toString', 'k1\u0000', 'k1\n', '*', '', 'x'.repeat(4000)],
  ...[null, 0, true, ['k1'], { kid: 'k1' }],
]
const NO_TYP = [
  ...['jwt', 'none', 'JWT ', 'application/jwt', 'secevent+jwt', 'logout+jwt', 'id+jwt', ''],
  ...[null, 0, ['JWT'], { typ: 'JWT' }],
]
const NO_JSON = [
  ...['', ' ', 'null', 'true', '1', '"x"', '[]', '{', '}', '{}{}', '{},', "{'a':1}", '{"a":1,}', '{a:1}'],
  ...['{"a":1}//', '/**/{}', '\ufeff{}', '{"a":\u00a01}', '[{}]', '{"a":"\n"}', '{"a":"\\x41"}', 'undefined'],
]

const respellings: readonly ((part: string) => string)[] = [
  (part) => `${part}=`,
  (part) => `${part}==`,
  (part) => `${part}%3D`,
  (part) => `${part} `,
  (part) => ` ${part}`,
  (part) => `${part}\n`,
  (part) => `${part.slice(0, 5)}\t${part.slice(5)}`,
  (part) => `${part}\u200b`,
  (part) => part.replace(/[A-Za-z]/, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)),
  (part) => Buffer.from(part).toString('base64url'),
  (part) => Buffer.from(part, 'base64url').toString('hex'),
  (part) => `${part}.${part}`,
  (part) => `${part}.`,
  () => '',
  (part) => part.slice(0, -1),
  (part) => `${part}A`,
]

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The same bytes, with other bits behind them that nothing reads. */
const withOtherTail = (part: string, bit: number) =>
  part.slice(0, -1) + DIGITS.charAt(DIGITS.indexOf(part.slice(-1)) ^ bit)

const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
const bytesOf = (hex: string) => Buffer.from(hex, 'hex')
const NO_SIGNATURE: readonly ((signature: Buffer) => Buffer)[] = [
  () => Buffer.alloc(64),
  () => Buffer.alloc(64, 0xff),
  () => bytesOf(`${ORDER}${ORDER}`),
  (one) => Buffer.concat([one.subarray(0, 32), Buffer.alloc(32)]),
  (one) => Buffer.concat([Buffer.alloc(32), one.subarray(32)]),
  (one) => Buffer.concat([one.subarray(32), one.subarray(0, 32)]),
  (one) => one.subarray(0, 63),
  (one) => Buffer.concat([one, Buffer.alloc(1)]),
  (one) => Buffer.concat([Buffer.alloc(1), one]),
  (one) => Buffer.concat([one, one]),
  (one) => Buffer.from(one).reverse(),
  (one) => bytesOf(`30440220${one.subarray(0, 32).toString('hex')}0220${one.subarray(32).toString('hex')}`),
  () => Buffer.from('{}'),
]

const lookalikes: readonly ((text: string) => string)[] = [
  (text) => `${text} `,
  (text) => ` ${text}`,
  (text) => `${text}\u200b`,
  (text) => `\u202e${text}`,
  (text) => `${text}\ufeff`,
  (text) => `${text}.`,
  (text) => `x${text}`,
  (text) => text.slice(0, -1),
  (text) => text.replace(/[aeopst]/i, 'а'),
  (text) => text.replace(/[a-z]/i, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)),
  (text) => `${text}@evil.example`,
  (text) => `${text},${text}`,
  (text) => `evil.example#${text}`,
]

const keysFor = ({ publicJwk }: Victim['pair']): readonly (string | Buffer)[] => {
  const key = createPublicKey({ key: publicJwk, format: 'jwk' })
  const pem = key.export({ type: 'spki', format: 'pem' }).toString()
  const der = key.export({ type: 'spki', format: 'der' })
  return [JSON.stringify(publicJwk), pem, pem.trim(), der, Buffer.from(publicJwk.x ?? '', 'base64url'), '']
}

const HASHES = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const

/** Each family of abuse, by name. All of what they make has to be refused by every verifier. */
const SPOILERS: Readonly<Record<string, Spoiler>> = {
  'one byte changed': (victim, _, random) => {
    const text = honest(victim)
    const at = Math.floor(random() * text.length)
    const byte = String.fromCharCode(Math.floor(random() * 256))
    return {
      how: `at ${at}`,
      text: text.slice(0, at) + (byte === text[at] ? '~' : byte) + text.slice(at + 1),
    }
  },
  'a part respelt': (victim, pick) => {
    const parts = partsOf(honest(victim))
    const at = pick([0, 1, 2])
    const spell = pick(respellings)
    parts[at] = spell(parts[at] ?? '')
    return { how: `part ${at}, ${respellings.indexOf(spell)}`, text: parts.join('.') }
  },
  'the same signature spelt with other bits': (victim, pick) => {
    const [head, body, signature] = partsOf(honest(victim))
    const bit = pick([1, 2, 4, 8])
    return { how: `${bit}`, text: `${head}.${body}.${withOtherTail(signature, bit)}` }
  },
  'no algorithm of ours': (victim, pick) => {
    const alg = pick(NO_ALGORITHM)
    const [head, body, signature] = partsOf(signed(victim, { header: { ...victim.header, alg } }))
    return { how: JSON.stringify(alg), text: `${head}.${body}.${pick([signature, '', 'AA'])}` }
  },
  'the public key as a secret': (victim, pick) => {
    const alg = pick(['HS256', 'HS384', 'HS512'] as const)
    const key = pick(keysFor(victim.pair))
    const sign = (input: Buffer) => createHmac(HASHES[alg], key).update(input).digest()
    return { how: alg, text: forge({ ...victim.header, alg }, victim.claims, sign) }
  },
  'a header member too many': (victim, pick) => {
    const [name, value] = pick(FORBIDDEN.filter(([one]) => !victim.hints?.includes(one)))
    return { how: name, text: signed(victim, { header: { ...victim.header, [name]: value } }) }
  },
  'a key of the sender’s choice': (victim, pick) => {
    const thief = ecPair()
    const kid = pick([...NO_KID])
    const header = { ...victim.header, ...('jwk' in victim.header ? {} : { kid }) }
    const how = `kid ${JSON.stringify(kid).slice(0, 40)}`
    return {
      how,
      text: forge(header, victim.claims, pick([thief, victim.header.jwk ? thief : victim.pair]).sign),
    }
  },
  'a jwk in the header': (victim, pick) => {
    const { publicJwk } = victim.pair
    const other = ecPair().publicJwk
    const jwk = pick([
      ...[other, { ...publicJwk, x: other.x }, { ...publicJwk, d: 'AAAA' }, { ...publicJwk, crv: 'P-384' }],
      ...[
        { ...publicJwk, y: undefined },
        { ...publicJwk, y: publicJwk.x },
        { ...publicJwk, alg: 'none' },
      ],
      ...[
        { kty: 'oct', k: publicJwk.x },
        { ...publicJwk, kty: 'oct' },
        { ...publicJwk, k: 'AAAA' },
      ],
      ...[null, 'x', [publicJwk], JSON.stringify(publicJwk), {}],
    ])
    return { how: JSON.stringify(jwk), text: signed(victim, { header: { ...victim.header, jwk } }) }
  },
  'another typ': (victim, pick) => {
    const typ = pick([...NO_TYP])
    return { how: JSON.stringify(typ), text: signed(victim, { header: { ...victim.header, typ } }) }
  },
  'claims that were not signed': (victim, pick) => {
    const name = pick(Object.keys(victim.claims))
    const [head, , signature] = partsOf(honest(victim))
    const claims = rawWith(victim.claims, name, pick([...NO_TEXT, ...NO_TIME, '"other"', '1764075600']))
    return { how: name, text: `${head}.${encode(claims)}.${signature}` }
  },
  'the same claims with white space': (victim, pick) => {
    const [head, , signature] = partsOf(honest(victim))
    const claims = JSON.stringify(victim.claims, null, pick([1, 2, '\t']))
    return { how: 'spaces', text: `${head}.${encode(claims)}.${signature}` }
  },
  'a moment that is none': (victim, pick) => {
    const [name, raw] = [pick(victim.times), pick(NO_TIME)]
    return { how: `${name} ${raw}`, text: signed(victim, { claims: rawWith(victim.claims, name, raw) }) }
  },
  'a value of another type': (victim, pick) => {
    const name = pick([...victim.typed, ...victim.exact])
    const raw = pick(typeof victim.claims[name] === 'string' ? NO_TEXT : NO_OBJECT)
    return { how: `${name} ${raw}`, text: signed(victim, { claims: rawWith(victim.claims, name, raw) }) }
  },
  'a list where one text is': (victim, pick) => {
    const name = pick(victim.exact)
    const text = JSON.stringify(victim.claims[name])
    const raw = pick([
      `[${text},${text}]`,
      `[[${text}]]`,
      `{"0":${text}}`,
      `[${text},"https://evil.example"]`,
    ])
    return { how: `${name} ${raw}`, text: signed(victim, { claims: rawWith(victim.claims, name, raw) }) }
  },
  'a value that looks alike': (victim, pick) => {
    const name = pick(victim.exact)
    const change = pick(lookalikes)
    const claims = { ...victim.claims, [name]: change(String(victim.claims[name])) }
    return { how: `${name} ${lookalikes.indexOf(change)}`, text: signed(victim, { claims }) }
  },
  'a claim missing': (victim, pick) => {
    const name = pick([...victim.exact, ...victim.typed, ...victim.times])
    const [first = '', ...rest] = name
    const other = pick([`${first.toUpperCase()}${rest.join('')}`, `${name} `, `${name}\u200b`, `x-${name}`])
    const { [name]: value, ...others } = victim.claims
    return { how: `${name} as ${other}`, text: signed(victim, { claims: { ...others, [other]: value } }) }
  },
  'a member twice': (victim, pick) => {
    const where = pick(['header', 'claims'] as const)
    const object = victim[where]
    const name = pick(Object.keys(object))
    const escaped = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`
    const again = `"${pick([name, escaped])}":${pick(['null', '"x"', JSON.stringify(object[name])])}`
    const raw = JSON.stringify(object)
    const text = pick([`${raw.slice(0, -1)},${again}}`, `{${again},${raw.slice(1)}`])
    return { how: `${where} ${again}`, text: signed(victim, { [where]: text }) }
  },
  'no object of JSON': (victim, pick) => {
    const where = pick(['header', 'claims'] as const)
    const raw = pick(NO_JSON)
    return { how: `${where} ${raw}`, text: signed(victim, { [where]: raw || ' ' }) }
  },
  'text that no text may hold': (victim, pick) => {
    const bad = pick([
      '"\\ud800"',
      '"\\udc00\\ud800"',
      '"a\\u0000"',
      '{"__proto__":{"sub":"x"}}',
      '{"a":1,"a":2}',
    ])
    const claims = rawWith(victim.claims, 'more', bad)
    return { how: bad, text: signed(victim, { claims }) }
  },
  'bytes that are no text': (victim, pick) => {
    const [head, , signature] = partsOf(honest(victim))
    const bytes = Buffer.from(JSON.stringify(victim.claims), pick(['utf16le', 'utf8', 'latin1'] as const))
    const claims = Buffer.concat([
      Buffer.from(
        pick([
          [0xff, 0xfe],
          [0xc3, 0x28],
          [0xed, 0xa0, 0x80],
        ]),
      ),
      bytes,
    ])
    const input = Buffer.from(`${head}.${claims.toString('base64url')}`)
    return {
      how: 'not UTF-8',
      text: `${input}.${pick([signature, victim.pair.sign(input).toString('base64url')])}`,
    }
  },
  'nested deeply': (victim, pick) => {
    const depth = pick([33, 100, 1000, 5000])
    const [open, close] = pick([['[', ']'] as const, ['{"a":', '}'] as const])
    const raw = rawWith(victim.claims, 'more', `${open.repeat(depth)}1${close.repeat(depth)}`)
    return { how: `${depth} ${open}`, text: signed(victim, { claims: raw }) }
  },
  'a signature that is none': (victim, pick) => {
    const [head, body, signature] = partsOf(honest(victim))
    const bytes = Buffer.from(signature, 'base64url')
    const spoilt = pick([...NO_SIGNATURE, flipped(pick([0, 5, 31, 32, 40, 63]))])(bytes)
    return {
      how: spoilt.toString('hex').slice(0, 20),
      text: `${head}.${body}.${spoilt.toString('base64url')}`,
    }
  },
  'put together from two': (victim, pick) => {
    const one = partsOf(honest(victim))
    const two = partsOf(signed(victim, { claims: { ...victim.claims, jti: 'another' } }))
    const [a, b, c] = one
    return {
      how: 'parts',
      text: pick([
        `${a}.${two[1]}.${c}`,
        `${a}.${b}.${two[2].slice(0, -1)}${c.slice(-1)}x`,
        `${b}.${a}.${c}`,
        `${a}.${c}.${b}`,
        `${one.join('.')}.${two.join('.')}`,
        `${one.join('.')},${two.join('.')}`,
        `${a}..${c}`,
        '..',
        JSON.stringify({ payload: b, protected: a, signature: c }),
      ]),
    }
  },
  'larger than any': (victim, pick) => {
    const pad = 'x'.repeat(pick([17_000, 1_000_000]))
    const where = pick(['header', 'claims'] as const)
    const text = pick([
      () => signed(victim, { [where]: { ...victim[where], pad } }),
      () => `${honest(victim)}${pad}`,
      () => '.'.repeat(pad.length),
      () => `${encode(`[${'['.repeat(pad.length)}`)}.e30.AA`,
    ])()
    return { how: `${pad.length}`, text }
  },
}

const flipped = (at: number) => (signature: Buffer) => {
  const bytes = Buffer.from(signature)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes
}

export const FAMILIES = Object.keys(SPOILERS)

/** `count` spoilt copies of a JWT, one family after the other. A seed gives the same ones again. */
export function* spoil(victim: Victim, count: number, seed: number): Generator<Spoilt> {
  const random = seeded(seed)
  const pick: Pick1 = (of) => of[Math.floor(random() * of.length)] as (typeof of)[number]
  for (let made = 0; made < count; made += 1) {
    const family = FAMILIES[made % FAMILIES.length] ?? ''
    const spoiler = SPOILERS[family]
    if (!spoiler) throw new Error('There is no such family.')
    const { how, text } = spoiler(victim, pick, random)
    yield { how: `${family}: ${how}`, text }
  }
}

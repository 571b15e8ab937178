import { hash, verify } from '@node-rs/argon2'
import { afterEach, expect, it, vi } from 'vitest'
import { hashPassword, isPasswordOf, isPasswordOfNobody } from '@/lib/identity/password'

vi.mock('@node-rs/argon2', { spy: true })
afterEach(() => {
  vi.clearAllMocks()
})

/** How many are under way at once, at most, from now on. */
async function mostAtOnce(work: () => Promise<unknown>): Promise<number> {
  let [underWay, most] = [0, 0]
  const { hash: realHash, verify: realVerify } =
    await vi.importActual<typeof import('@node-rs/argon2')>('@node-rs/argon2')
  const counted =
    <A extends unknown[], T>(real: (...all: A) => Promise<T>) =>
    async (...all: A) => {
      most = Math.max(most, ++underWay)
      return real(...all).finally(() => underWay--)
    }
  vi.mocked(hash).mockImplementation(counted(realHash))
  vi.mocked(verify).mockImplementation(counted(realVerify))
  await work()
  return most
}

it('never has more than three hashes under way, and comes to all of them', async () => {
  const stored = await hashPassword('nine grey herons wade')
  const all: Promise<unknown>[] = []
  const most = await mostAtOnce(async () => {
    for (let at = 0; at < 8; at++) {
      all.push(isPasswordOf(stored, 'nine grey herons wade'), isPasswordOf(null, 'x'), hashPassword('x'))
    }
    await Promise.all(all)
  })
  expect(most).toBe(3)
  expect((await Promise.all(all)).filter((is) => is === true)).toHaveLength(8)
})

it('goes on after one that fails', async () => {
  const failed = Array.from({ length: 6 }, () => isPasswordOf('no hash', 'x').catch(() => 'failed'))
  expect(await Promise.all(failed)).toEqual(Array(6).fill('failed'))
  expect(await isPasswordOf(await hashPassword('x'), 'x')).toBe(true)
})

it('takes its time for nobody without any work', async () => {
  await isPasswordOf(null, 'x')
  vi.mocked(verify).mockClear()
  const from = performance.now()
  expect(await isPasswordOfNobody('x')).toBe(false)
  expect(performance.now() - from).toBeGreaterThan(1)
  expect(verify).not.toHaveBeenCalled()
})

it('costs at least 19 MiB and 2 passes of argon2id, with a salt of its own each time', async () => {
  const hashes = await Promise.all([
    hashPassword('nine grey herons wade'),
    hashPassword('nine grey herons wade'),
  ])
  for (const one of hashes) {
    const [, m = 0, t = 0, p = 0, salt = ''] =
      /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$[\w+/]+$/.exec(one) ?? []
    expect({ m, t, p }).toEqual({ m: '19456', t: '2', p: '1' })
    expect(Buffer.from(salt, 'base64').length).toBeGreaterThanOrEqual(16)
  }
  expect(new Set(hashes).size).toBe(2)
})

import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectionString, makePrivateFolder, socketPath } from '@/lib/ops/embedded/folder'
import { requireHeadroom } from '@/lib/ops/embedded/headroom'
import { lockFolder } from '@/lib/ops/embedded/lock'
import { keptSecret, prepareSettings } from '@/lib/ops/settings'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cs-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('the socket', () => {
  it('lies in the data folder, and the address names its folder', () => {
    expect(socketPath('/srv/countersign')).toBe('/srv/countersign/run/.s.PGSQL.5432')
    expect(new URL(connectionString('/srv/countersign')).searchParams.get('host')).toBe(
      '/srv/countersign/run',
    )
  })

  it('moves to the temporary folder when its path would be cut', () => {
    const long = `/srv/${'long/'.repeat(30)}`
    expect(Buffer.byteLength(socketPath(long))).toBeLessThanOrEqual(100)
    expect(socketPath(long)).toBe(socketPath(long))
    expect(socketPath(long)).not.toBe(socketPath(`${long}other`))
  })

  it('is never put where other accounts may enter', async () => {
    const open = join(dir, 'open')
    await mkdir(open)
    await chmod(open, 0o755)
    await expect(makePrivateFolder(open)).rejects.toThrow('can be entered by other accounts')
    await makePrivateFolder(join(dir, 'own'))
    expect((await stat(join(dir, 'own'))).mode & 0o777).toBe(0o700)
  })
})

it('a nearly full disk is refused with both figures', async () => {
  await requireHeadroom(dir)
  await expect(requireHeadroom(dir, 2 ** 60)).rejects.toThrow(
    /has \d+ MB free and the embedded database needs \d+ MB/,
  )
})

describe('the lock', () => {
  it('refuses a second opener by the name of the first, until it is released', async () => {
    const lock = await lockFolder(dir)
    await expect(lockFolder(dir)).rejects.toThrow(`is already open in process ${process.pid}`)
    await lock.release()
    await (await lockFolder(dir)).release()
  })

  it('lets exactly one of many openers in', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(dir)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('the secret', () => {
  it('is made once, for this account only', async () => {
    const [one, other] = await Promise.all([keptSecret(dir), keptSecret(dir)])
    expect(one).toBe(other)
    expect(one.length).toBeGreaterThanOrEqual(43)
    expect((await stat(join(dir, 'secret'))).mode & 0o777).toBe(0o600)
  })

  it('is demanded beside a served database', async () => {
    const env = {
      NODE_ENV: 'test',
      DATABASE_URL: 'postgresql://db.example/c',
      COUNTERSIGN_DATA_DIR: dir,
    } as const
    await expect(prepareSettings(env)).rejects.toThrow('COUNTERSIGN_SECRET is not set.')
  })
})

import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBundleFile } from '@/lib/signals/bundle-file'

let root: string
let folder: string
const NO = { ok: false, problem: 'The folder of bundles holds no such file that can be read.' }

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'countersign-bundles-'))
  folder = join(root, 'bundles')
  await mkdir(join(folder, 'inner'), { recursive: true })
  await writeFile(join(folder, 'agents.json'), '{"keys":[]}')
  await writeFile(join(folder, 'inner', 'deep.json'), '{"keys":[]}')
  await writeFile(join(root, 'secret.json'), '{"secret":"outside"}')
  await mkdir(join(root, 'bundles-beside'))
  await writeFile(join(root, 'bundles-beside', 'x.json'), '{"secret":"beside"}')
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('a bundle of the operator’s folder', () => {
  it('is read by its plain name', async () => {
    expect(await readBundleFile(folder, 'agents.json')).toEqual({ ok: true, value: { keys: [] } })
  })

  it.each([
    '../secret.json',
    '..',
    '.',
    '',
    'inner/deep.json',
    'inner',
    '/etc/passwd',
    '.hidden',
    'agents.json\0',
    'agents.json\n',
    'agents\\..\\x',
    'a'.repeat(200),
    'absent.json',
  ])('%j is no name of one', async (name) => {
    expect(await readBundleFile(folder, name)).toEqual(NO)
  })

  it('is not read through a link that leads out, by whatever way', async () => {
    await symlink(join(root, 'secret.json'), join(folder, 'out.json'))
    await symlink('../secret.json', join(folder, 'up.json'))
    await symlink(join(root, 'bundles-beside', 'x.json'), join(folder, 'beside.json'))
    await symlink('/dev/zero', join(folder, 'zero'))
    await symlink(join(folder, 'loop'), join(folder, 'loop'))
    await symlink(root, join(folder, 'outside'))
    for (const name of ['out.json', 'up.json', 'beside.json', 'zero', 'loop', 'outside'])
      expect(await readBundleFile(folder, name)).toEqual(NO)
  })

  it('is read through links inside, as Kubernetes mounts and replaces it', async () => {
    await mkdir(join(folder, '..first'))
    await writeFile(join(folder, '..first', 'mounted.json'), '{"keys":[],"spiffe_sequence":1}')
    await symlink('..first', join(folder, '..data'))
    await symlink('..data/mounted.json', join(folder, 'mounted.json'))
    expect(await readBundleFile(folder, 'mounted.json')).toMatchObject({ value: { spiffe_sequence: 1 } })
    await mkdir(join(folder, '..second'))
    await writeFile(join(folder, '..second', 'mounted.json'), '{"keys":[],"spiffe_sequence":2}')
    await symlink('..second', join(folder, '..new'))
    await rename(join(folder, '..new'), join(folder, '..data'))
    expect(await readBundleFile(folder, 'mounted.json')).toMatchObject({ value: { spiffe_sequence: 2 } })
  })

  it('the folder itself may be a link', async () => {
    await symlink(folder, join(root, 'link'))
    expect(await readBundleFile(join(root, 'link'), 'agents.json')).toMatchObject({ ok: true })
  })

  it('is a regular file: a pipe holds up nobody', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect(await readBundleFile(folder, 'pipe')).toEqual(NO)
  })

  it('is bounded, and what it holds is said nowhere', async () => {
    await writeFile(join(folder, 'long.json'), `{"keys":"${'a'.repeat(300_000)}"}`)
    expect(await readBundleFile(folder, 'long.json')).toEqual({
      ok: false,
      problem: 'The file is longer than 256 KiB.',
    })
    await writeFile(join(folder, 'shadow'), 'root:$6$secret:19000:0:99999:7:::')
    expect(await readBundleFile(folder, 'shadow')).toEqual({
      ok: false,
      problem: 'The file cannot be read. It is not JSON.',
    })
  })

  it('is none where the operator names no folder, or one that is not there', async () => {
    expect(await readBundleFile(null, 'agents.json')).toMatchObject({
      ok: false,
      problem: expect.stringContaining('COUNTERSIGN_BUNDLES'),
    })
    expect(await readBundleFile(join(root, 'absent'), 'agents.json')).toEqual(NO)
  })
})

import http from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { createServer as createSocketServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPERATORS_PERMIT, webhookPermit } from '@/lib/domain/egress-settings'
import { egressAgent } from '@/lib/signals/egress'
import { post } from '@/lib/signals/post'

const asked: string[] = []
const server = http.createServer((request, response) => {
  asked.push(request.url ?? '')
  if (request.url === '/redirect') response.writeHead(302, { location: '/elsewhere' }).end()
  else if (request.url === '/endless') response.writeHead(200).write('x'.repeat(1000))
  else if (request.url === '/broken') response.writeHead(500).end()
  else if (request.url !== '/silent') response.end('here')
})
// Takes a connection, and then a byte of an answer now and then, for ever.
const dripping = createSocketServer((socket) => {
  socket.on('error', () => {})
  const timer = setInterval(() => socket.write('H'), 20)
  socket.on('close', () => clearInterval(timer))
})
let port = 0
let drippingPort = 0

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  drippingPort = (dripping.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await new Promise((resolve) => dripping.close(resolve))
})

const ask = (url: string, protocol = 'http:') =>
  new Promise<string>((resolve, reject) => {
    const agent = egressAgent({ protocol, permit: OPERATORS_PERMIT, longestMs: 20_000 })
    try {
      const request = http.get(url, { agent, timeout: 60_000 }, (response) => {
        response.setEncoding('utf8').once('data', resolve)
      })
      request.once('error', reject).once('timeout', () => request.destroy(new Error('It was asked.')))
    } catch (error) {
      reject(error)
    }
  })

/** Where clouds keep their secrets, in every way it can be written. */
const NEVER = [
  '169.254.169.254',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
  '100.100.100.200',
  '[::]',
  '[fe80::1]',
  '[ff02::1]',
  '[fd00:ec2::254]',
  '[::ffff:169.254.169.254]',
  '[::ffff:0.0.0.0]',
  '[::169.254.169.254]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b:1::169.254.169.254]',
  '[2002:a9fe:a9fe::1]',
]

describe('the way to what an operator has set', () => {
  it.each(['localhost', '127.0.0.1'])('leads to %s', async (host) => {
    expect(await ask(`http://${host}:${port}/`)).toBe('here')
  })

  it.each(NEVER)('never leads to %s', async (host) => {
    await expect(ask(`http://${host}:${port}/`)).rejects.toThrow('This address is never called.')
  })

  it('has the scheme that was set', async () => {
    await expect(ask(`http://127.0.0.1:${port}/`, 'https:')).rejects.toThrow('Protocol')
  })
})

const permitOf = (...egressPrivate: string[]) => webhookPermit({ egressPrivate, demo: false })

/** A name server that answers as it is told, another address each time. */
const answering = (...addresses: string[]): LookupFunction => {
  let asks = 0
  return (_name, _options, done) => {
    const address = addresses[Math.min(asks++, addresses.length - 1)] ?? ''
    done(null, [{ address, family: address.includes(':') ? 6 : 4 }])
  }
}

const postTo = (url: string, permit = permitOf(), lookup?: LookupFunction, longestMs = 20_000) =>
  post({ url: new URL(url), body: '{}', headers: {}, permit, lookup, longestMs })

const NOT_ALLOWED = { status: null, failure: 'not_allowed' }

describe('A40: an address that an administrator typed', () => {
  it.each([
    ...NEVER,
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[fd12::1]',
    '[64:ff9b::10.0.0.1]',
    '[2002:0a00:0001::1]',
    '[2001:db8::1]',
    'localhost',
  ])('never leads to %s', async (host) => {
    const before = asked.length
    for (const scheme of ['http', 'https'])
      expect(await postTo(`${scheme}://${host}:${port}/`)).toEqual(NOT_ALLOWED)
    expect(asked.length).toBe(before)
  })

  it('is called when the operator lists where it leads', async () => {
    expect(await postTo(`http://127.0.0.1:${port}/`, permitOf('127.0.0.0/8'))).toEqual({
      status: 200,
      failure: null,
    })
    expect(await postTo(`http://[::ffff:127.0.0.1]:${port}/`, permitOf('127.0.0.1'))).toMatchObject({
      status: 200,
    })
    expect(await postTo(`http://127.0.0.1:${port}/`, permitOf('127.0.0.2', '10.0.0.0/8'))).toEqual(
      NOT_ALLOWED,
    )
    const everything = permitOf('0.0.0.0/0', '::/0')
    expect(await postTo('http://169.254.169.254/latest/meta-data/', everything)).toEqual(NOT_ALLOWED)
  })

  it('on this machine is called in the demo', async () => {
    const permit = webhookPermit({ egressPrivate: [], demo: true })
    expect(await postTo(`http://127.0.0.1:${port}/`, permit)).toMatchObject({ status: 200 })
    expect(await postTo(`http://10.0.0.1:${port}/`, permit)).toEqual(NOT_ALLOWED)
  })

  it('is checked where it is connected to: a name that changes its answer gains nothing', async () => {
    const before = asked.length
    const rebinding = answering('93.184.216.34', '127.0.0.1', '169.254.169.254')
    // What was looked at first was public. What the connection gets is what is checked.
    rebinding('hooks.example', {}, () => {})
    for (let n = 0; n < 3; n += 1)
      expect(await postTo(`http://hooks.example:${port}/`, permitOf(), rebinding)).toEqual(NOT_ALLOWED)
    expect(asked.length).toBe(before)
  })

  it('with one address that may be called and one that may not leads to the one that may', async () => {
    const both: LookupFunction = (_name, _options, done) =>
      done(null, [
        { address: '169.254.169.254', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ])
    expect(await postTo(`http://hooks.example:${port}/`, permitOf('127.0.0.1'), both)).toMatchObject({
      status: 200,
    })
  })

  it('is not called in the clear when it is public', async () => {
    expect(await postTo('http://hooks.example/', permitOf('127.0.0.1'), answering('93.184.216.34'))).toEqual(
      NOT_ALLOWED,
    )
  })
})

describe('a receiver', () => {
  const permit = permitOf('127.0.0.1')
  it('that redirects is not followed', async () => {
    const before = asked.length
    expect(await postTo(`http://127.0.0.1:${port}/redirect`, permit)).toEqual({
      status: 302,
      failure: 'redirect',
    })
    expect(asked.slice(before)).toEqual(['/redirect'])
  })

  it('whose answer never ends is heard by its status', async () => {
    expect(await postTo(`http://127.0.0.1:${port}/endless`, permit)).toEqual({ status: 200, failure: null })
  })

  it('that fails is told of with its status', async () => {
    expect(await postTo(`http://127.0.0.1:${port}/broken`, permit)).toEqual({
      status: 500,
      failure: 'answer',
    })
  })

  it.each(['/silent', 'dripping'])('that is %s holds nobody longer than agreed', async (path) => {
    const url = path === 'dripping' ? `http://127.0.0.1:${drippingPort}/` : `http://127.0.0.1:${port}${path}`
    expect(await postTo(url, permit, undefined, 150)).toMatchObject({ status: null })
  })

  it('that is not there is told of', async () => {
    expect(await postTo('http://127.0.0.1:1/', permit)).toEqual({ status: null, failure: 'refused' })
  })

  it('that speaks no TLS is no receiver', async () => {
    expect(await postTo(`https://127.0.0.1:${port}/`, permit)).toEqual({ status: null, failure: 'tls' })
  })
})

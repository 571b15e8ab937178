import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { providerAgent } from '@/lib/web/provider-agent'

const server = http.createServer((_, response) => response.end('here'))
let port = 0

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const ask = (url: string, issuer = 'http://localhost') =>
  new Promise<string>((resolve, reject) => {
    try {
      const request = http.get(url, { agent: providerAgent(issuer), timeout: 2000 }, (response) => {
        response.setEncoding('utf8').once('data', resolve)
      })
      request.once('error', reject).once('timeout', () => request.destroy(new Error('It was asked.')))
    } catch (error) {
      reject(error)
    }
  })

describe('the way to the provider', () => {
  it.each(['localhost', '127.0.0.1'])('leads to %s', async (host) => {
    expect(await ask(`http://${host}:${port}/`)).toBe('here')
  })

  it.each([
    '169.254.169.254',
    '0.0.0.0',
    '[::]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[::ffff:169.254.169.254]',
    '[::ffff:0.0.0.0]',
    '[::169.254.169.254]',
    '[64:ff9b::169.254.169.254]',
    '[2002:a9fe:a9fe::1]',
  ])('never leads to %s', async (host) => {
    await expect(ask(`http://${host}:${port}/`)).rejects.toThrow('A link-local address is never asked.')
  })

  it('has the scheme of the issuer', async () => {
    await expect(ask(`http://127.0.0.1:${port}/`, 'https://idp.example')).rejects.toThrow('Protocol')
  })
})

import { execFileSync } from 'node:child_process'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createServer } from 'node:tls'

/** A key that was made just now, and a certificate that says "localhost" to browsers told not to mind who says it. */
function keyAndCertificate(): string {
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const out = ['-keyout', '-', '-out', '-']
  const command = ['req', '-x509', ...key, ...out, '-days', '2', ...name]
  return execFileSync('openssl', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** What stands before a console in production and ends TLS there: it passes bytes on, and changes none. */
export async function startTlsFront() {
  let behind = 0
  const open = new Set<Socket>()
  const made = keyAndCertificate()
  const server = createServer({ key: made, cert: made }, (outside) => {
    const inside = connect(behind, '127.0.0.1')
    open.add(outside).add(inside)
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => {
        other.destroy()
        open.delete(one)
      })
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    standBefore: (port: number) => {
      behind = port
    },
    stop: () => {
      for (const socket of open) socket.destroy()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

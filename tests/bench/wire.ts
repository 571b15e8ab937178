import { connect, type Socket } from 'node:net'

/** An answer as it came. Status 0: none came. */
export type Reply = { status: number; body: string; ms: number }

const NOTHING: Omit<Reply, 'ms'> = { status: 0, body: '' }
const TIMEOUT_MS = 20_000

/** A complete POST of a form, ready to be written. */
export function formPost(url: string, form: Readonly<Record<string, string>>, headers = ''): string {
  const { host, pathname } = new URL(url)
  const body = new URLSearchParams(form).toString()
  return `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
}

/** The same of JSON. */
export function jsonPost(url: string, body: object, headers = ''): string {
  const { host, pathname } = new URL(url)
  const text = JSON.stringify(body)
  return `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${headers}\r\n${text}`
}

/** The first whole answer in these bytes, or null while it is not all there. Length by content-length only. */
export function readReply(bytes: Buffer): Omit<Reply, 'ms'> | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = bytes.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`An answer without a length came:\n${head}`)
  const from = end + 4
  if (bytes.length < from + Number(length)) return null
  return { status: Number(head.slice(9, 12)), body: bytes.toString('utf8', from, from + Number(length)) }
}

/**
 * One kept-open connection that writes prepared requests one after the other. Less work than any HTTP client, so
 * that what is measured is the server.
 */
export class Connection {
  #socket: Socket | undefined
  #take: ((reply: Omit<Reply, 'ms'>) => void) | undefined
  #read: Buffer = Buffer.alloc(0)

  constructor(readonly port: number) {}

  async send(request: string): Promise<Reply> {
    const began = performance.now()
    const reply = await new Promise<Omit<Reply, 'ms'>>((resolve) => {
      this.#take = resolve
      this.#open().write(request)
    })
    return { ...reply, ms: performance.now() - began }
  }

  close(): void {
    this.#socket?.destroy()
  }

  #open(): Socket {
    if (this.#socket && !this.#socket.destroyed) return this.#socket
    const socket = connect(this.port, '127.0.0.1').setNoDelay()
    this.#socket = socket
    this.#read = Buffer.alloc(0)
    socket.on('data', (chunk) => this.#arrived(chunk))
    socket.on('error', () => {})
    socket.on('close', () => this.#answer(NOTHING))
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy())
    return socket
  }

  #arrived(chunk: Buffer): void {
    this.#read = this.#read.length === 0 ? chunk : Buffer.concat([this.#read, chunk])
    const reply = readReply(this.#read)
    if (!reply) return
    this.#read = Buffer.alloc(0)
    this.#answer(reply)
  }

  #answer(reply: Omit<Reply, 'ms'>): void {
    const take = this.#take
    this.#take = undefined
    take?.(reply)
  }
}

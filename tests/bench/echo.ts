import { createServer } from 'node:http'

/** What a request costs before anybody looks at it: a body is read and sent back. */
const server = createServer((request, response) => {
  const read: Buffer[] = []
  request.on('data', (chunk) => read.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(read)
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length }).end(body)
  })
})

process.once('message', (port: number) => server.listen(port, '127.0.0.1', () => process.send?.('listening')))

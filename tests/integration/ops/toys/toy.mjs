// A stand-in for a server: `toy.mjs <journal folder> <name> <port> [stubborn]`. It writes down who runs.
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const [folder, name, port, habit] = process.argv.slice(2)
const write = (file, text) => appendFileSync(join(folder, file), `${text}\n`)

write('pids', `${name} ${process.pid} ${performance.timeOrigin}`)
const server = createServer((request, response) => {
  response.end('well')
  if (request.url === '/crash') process.exit(9)
  if (request.url === '/leave') process.exit(0)
})
server.listen(Number(port), '127.0.0.1')

if (habit === 'stubborn') {
  // It never ends by itself and has a child that does not either.
  const child = spawn(process.execPath, [
    '-e',
    'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)',
  ])
  write('pids', `${name}-child ${child.pid}`)
  process.on('SIGTERM', () => write('ends', `${name} refuses`))
} else {
  process.on('SIGTERM', () => {
    write('ends', name)
    process.exit(0)
  })
}

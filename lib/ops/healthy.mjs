// Whether the server in this container is alive: exit code 0 when one of the two ports gives any answer at all. A
// database that is away is no reason to start a server again.
const ports = [process.env.CONSOLE_PORT || '3000', process.env.AUTHORITY_PORT || '3001']
const PATIENCE_MS = 2000

const answers = (port) =>
  fetch(`http://127.0.0.1:${port}/healthz`, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })

await Promise.any(ports.map(answers)).catch(() => {
  console.error('Nothing answers.')
  process.exitCode = 1
})

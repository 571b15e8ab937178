import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { Ended, Refused } from './say.mjs'

const ABSENT = 'The demo trust domain does not answer. Start the demo with npm start, then run this again.'

/** Asks the trust domain, over its socket, for a JWT-SVID: what this workload is, good for five minutes. */
export async function fetchIdentity(dir, { audience, agent, environment }) {
  const path = await readFile(join(dir, 'workload-socket.txt'), 'utf8').catch(() => {
    throw new Ended(ABSENT)
  })
  const { status, body } = await post(path.trim(), '/jwt-svid', { audience, agent, environment })
  if (status !== 200) {
    throw new Refused({ by: 'the trust domain', status, error: body.error, words: body.error_description })
  }
  return { spiffeId: body.spiffe_id, svid: body.svid, expiresAt: body.expires_at }
}

function post(socketPath, path, body) {
  return new Promise((resolve, reject) => {
    const absent = () => reject(new Ended(ABSENT))
    const headers = { 'content-type': 'application/json', host: 'localhost' }
    const call = request({ socketPath, path, method: 'POST', headers, timeout: 5000 }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode, body: JSON.parse(text) })
        } catch {
          absent()
        }
      })
    })
    call.on('error', absent)
    call.on('timeout', () => call.destroy())
    call.end(JSON.stringify(body))
  })
}

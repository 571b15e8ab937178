#!/usr/bin/env node
import { readOptions, USAGE } from './agent/options.mjs'
import { Ended, Refused, refusal, say } from './agent/say.mjs'
import { tell } from './agent/story.mjs'

// An agent of the demo: a process of its own, with its own key, that knows only the published standards.
try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options.help) console.log(USAGE)
  else process.exitCode = (await tell(options)) ? 0 : 1
} catch (error) {
  process.exitCode = 1
  if (error instanceof Refused) say('Stopped', `It was ${refusal(error)}`)
  else if (error instanceof Ended) console.error(error.message)
  else throw error
}

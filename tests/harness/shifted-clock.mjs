// Loaded first: every clock of this process is wrong by SHIFT_SECONDS, and jumps by JUMP_SECONDS at each SIGUSR2, there
// and back.
let shift = Number(process.env.SHIFT_SECONDS ?? 0) * 1000
let jump = Number(process.env.JUMP_SECONDS ?? 0) * 1000
const RightDate = Date

process.on('SIGUSR2', () => {
  shift += jump
  jump = -jump
})

const now = () => RightDate.now() + shift

// Dates that come from elsewhere, as from a thread, are of the same kind.
globalThis.Date = new Proxy(RightDate, {
  apply: () => new RightDate(now()).toString(),
  construct: (target, given, as) => Reflect.construct(target, given.length > 0 ? given : [now()], as),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})

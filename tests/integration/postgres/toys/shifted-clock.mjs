// Loaded first: every clock of this process is wrong by SHIFT_SECONDS, and jumps by JUMP_SECONDS at each SIGUSR2, there
// and back.
let shift = Number(process.env.SHIFT_SECONDS ?? 0) * 1000
let jump = Number(process.env.JUMP_SECONDS ?? 0) * 1000
const RightDate = Date

process.on('SIGUSR2', () => {
  shift += jump
  jump = -jump
})

globalThis.Date = class extends RightDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [RightDate.now() + shift]))
  }

  static now() {
    return RightDate.now() + shift
  }
}

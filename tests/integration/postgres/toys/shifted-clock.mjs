// Loaded first: every clock of this process is wrong by SHIFT_SECONDS.
const shift = Number(process.env.SHIFT_SECONDS) * 1000
const RightDate = Date

globalThis.Date = class extends RightDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [RightDate.now() + shift]))
  }

  static now() {
    return RightDate.now() + shift
  }
}

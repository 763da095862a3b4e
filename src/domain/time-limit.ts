/** Why work was ended whose time was up; the reason of its aborted signal. */
export class TimeLimit extends Error {
  readonly limitMs: number

  constructor(limitMs: number) {
    super(`not done after ${limitMs / 1000} s`)
    this.limitMs = limitMs
  }
}

import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import { endToEnd } from './end-to-end.ts'
import { type ExchangeTap, isJson, type ResponseHead, whenRecorded } from './exchange-tap.ts'

type Controller = Dispatcher.DispatchController

export interface AnswerOptions {
  readonly tap: ExchangeTap
  /** Answers the client in its own terms when nobody behind can be reached. */
  readonly unreachable: (outgoing: ServerResponse, error: Error) => void
  /** Told of every answer. */
  readonly onReached?: () => void
  /** Changes headers of the answer, names and values in turn. */
  readonly ofAnswer?: (rawHeaders: readonly string[], status: number) => readonly string[]
  /** What the client is told instead of an answer that is none of its business; null to pass it. */
  readonly instead?: (response: ResponseHead) => ((outgoing: ServerResponse) => void) | null
}

const left = new Error('the client has left')
const nothing = Buffer.alloc(0)
const notModified = 304
const earlyHints = 103

/**
 * Pieces pass at once, each after the tap has seen it. Of JSON, which says something once it is whole, the last one waits
 * until the tap has recorded that it is the last.
 */
export class Answer implements Dispatcher.DispatchHandler {
  readonly #outgoing: ServerResponse
  readonly #options: AnswerOptions
  #upstream: Controller | null = null
  #isHeld = false
  /** The client is told something else. */
  #isWithheld = false
  #held: Buffer | null = null
  /** All of it is here, or it broke off. */
  isOver = false

  constructor(outgoing: ServerResponse, options: AnswerOptions) {
    this.#outgoing = outgoing
    this.#options = options
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) this.#breakOff('cancelled', left)
    })
  }

  onRequestStart(controller: Controller): void {
    this.#upstream = controller
    if (this.isOver) controller.abort(left)
  }

  onResponseStart(
    controller: Controller,
    statusCode: number,
    headers: IncomingHttpHeaders,
    statusMessage?: string,
  ): void {
    if (statusCode < 200) {
      this.#passHints(statusCode, headers)
      return
    }
    const outgoing = this.#outgoing
    const { tap, instead, ofAnswer, onReached } = this.#options
    onReached?.()
    const tell = instead?.({ statusCode, headers })
    if (tell) {
      this.#tellInstead(tell)
      return
    }
    tap.responseStart({ statusCode, headers })
    this.#isHeld = isJson({ headers }) && !tap.seesLastPiece?.()
    const passed = endToEnd(textOf(controller.rawHeaders))
    outgoing.sendDate = false
    const reason = byteByByte(statusMessage)
    outgoing.writeHead(statusCode, reason, [...(ofAnswer?.(passed, statusCode) ?? passed)])
    // It has no body, whatever length it tells: undici would wait for one, and call the exchange broken.
    if (statusCode === notModified) this.#end([])
    // With a body that is there already they leave together. `flushHeaders` would write them as UTF-8.
    else if (!this.#isHeld) outgoing.write(nothing)
  }

  /** Of what comes before an answer, hints alone are the client's: the rest is about the connection behind. */
  #passHints(statusCode: number, { link, ...headers }: IncomingHttpHeaders): void {
    const outgoing = this.#outgoing
    const isHeard = !this.isOver && !outgoing.headersSent && outgoing.req.httpVersionMinor === 1
    if (statusCode !== earlyHints || link === undefined || !isHeard) return
    try {
      const known = Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      )
      outgoing.writeEarlyHints({ ...Object.fromEntries(known), link })
    } catch {
      // Node refuses a link that is none; a hint may be left out.
    }
  }

  /** The request goes no further. */
  withhold(tell: (outgoing: ServerResponse) => void): void {
    if (this.isOver) return
    this.isOver = true
    this.#upstream?.abort(left)
    // Who was answered before all was sent has heard what cannot be taken back.
    if (this.#outgoing.headersSent) this.#outgoing.destroy()
    else this.#tellInstead(tell)
  }

  #tellInstead(tell: (outgoing: ServerResponse) => void): void {
    this.isOver = true
    this.#isWithheld = true
    tell(this.#outgoing)
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#isWithheld) return
    const { tap } = this.#options
    tap.responseChunk(chunk)
    const reading = tap.reading?.() ?? null
    if (reading === null) this.#pass(controller, chunk)
    else {
      controller.pause()
      void reading.then(() => !this.isOver && this.#pass(controller, chunk) && controller.resume())
    }
  }

  onResponseEnd({ rawTrailers }: Controller): void {
    if (!this.isOver) this.#end(endToEnd(textOf(rawTrailers)))
  }

  onResponseError(_: Controller, error: Error): void {
    this.#breakOff('transport', error)
  }

  #end(trailers: readonly string[]): void {
    const { tap } = this.#options
    tap.responseEnd()
    this.isOver = true
    whenRecorded(tap, () => {
      if (this.#outgoing.destroyed) return
      if (trailers.length > 0) this.#outgoing.addTrailers(pairs(trailers))
      this.#outgoing.end(this.#held)
    })
  }

  /** False where the next is to wait. */
  #pass(controller: Controller, chunk: Buffer): boolean {
    if (!this.#isHeld) return this.#write(controller, chunk)
    const before = this.#held
    this.#held = chunk
    return before === null || this.#write(controller, before)
  }

  #write(controller: Controller, chunk: Buffer): boolean {
    if (this.#outgoing.write(chunk)) return true
    controller.pause()
    this.#outgoing.once('drain', () => controller.resume())
    return false
  }

  #breakOff(layer: 'cancelled' | 'transport', error: Error): void {
    if (this.isOver) return
    this.isOver = true
    this.#options.tap.broken(layer, layer === 'cancelled' ? null : error.message)
    this.#upstream?.abort(error)
    if (layer === 'cancelled') return
    // What has come is the client's, as without us: of nothing at all it would believe that nothing was done.
    if (this.#outgoing.headersSent)
      this.#outgoing.write(this.#held ?? nothing, () => this.#outgoing.destroy())
    else this.#options.unreachable(this.#outgoing, error)
  }
}

const ascii = /^[ -~]*$/

/** undici reads a reason as UTF-8, and Node writes one as Latin-1 and refuses what is beyond. */
function byteByByte(reason = ''): string {
  return ascii.test(reason) ? reason : Buffer.from(reason).toString('latin1')
}

function textOf(raw: Controller['rawHeaders']): readonly string[] {
  if (!Array.isArray(raw)) return []
  return raw.map((each) => (typeof each === 'string' ? each : each.toString('latin1')))
}

/** As Node wants trailers; of headers it takes them in turn. */
function pairs(inTurn: readonly string[]): [string, string][] {
  return inTurn.flatMap((name, index) =>
    index % 2 === 0 ? [[name, inTurn[index + 1] ?? ''] satisfies [string, string]] : [],
  )
}

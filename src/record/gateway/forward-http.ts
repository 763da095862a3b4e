import type { IncomingMessage, ServerResponse } from 'node:http'
import { endToEndOfRequest } from './end-to-end.ts'
import { Answer, type AnswerOptions } from './pass-answer.ts'
import { passRequest } from './pass-request.ts'
import { upstreamAgent } from './upstream-agents.ts'

export interface ForwardOptions extends AnswerOptions {
  readonly target: URL
  /** Path and query, to the letter; those of the target, which a URL writes in a way of its own, unless said. */
  readonly path?: string
  /** Headers of the request that go no further, in lower case, and those that are sent in place of the client's own. */
  readonly replace?: {
    readonly drop: readonly string[]
    readonly set: Readonly<Record<string, string>>
  }
  /** Connections behind are shared within a pool only. */
  readonly pool?: string
}

/**
 * Forwards a request and its answer as they come, bodies byte for byte and headers to the letter but for those of the
 * connection. No timeout of its own; backpressure goes both ways; a client that leaves ends the request behind.
 */
export function forwardHttp(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: ForwardOptions,
): void {
  const answer = new Answer(outgoing, options)
  whenClosed([incoming, outgoing], () => options.tap.closed?.())
  const { origin, pathname, search } = options.target
  const { path = pathname + search } = options
  const { method = 'GET', rawHeaders } = incoming
  const { drop = [], set = {} } = options.replace ?? {}
  const given = Object.entries(set).flat()
  const dropped = given.length === 0 ? drop : [...drop, ...Object.keys(set).map((name) => name.toLowerCase())]
  passRequest(incoming, options.tap, {
    open(body, isChanged) {
      if (answer.isOver) return
      const headers = endToEndOfRequest(rawHeaders, isChanged ? [...dropped, 'content-length'] : dropped)
      headers.push(...given)
      upstreamAgent(options.pool).dispatch({ origin, path, method, headers, body }, answer)
    },
    withhold: (tell) => answer.withhold(tell),
  })
}

function whenClosed(sides: readonly (IncomingMessage | ServerResponse)[], then: () => void): void {
  let open = sides.length
  for (const side of sides)
    side.once('close', () => {
      open -= 1
      if (open === 0) then()
    })
}

import type { IncomingHttpHeaders } from 'node:http'
import { rpcCodes } from '../../rpc-error.ts'
import type { Refusal } from '../refuse.ts'

/** What is wrong with the headers of a POST, whatever its body says; null where nothing is. */
export function checkPost(headers: IncomingHttpHeaders): Refusal | null {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers
  if (!/^\s*application\/json\s*(?:;|$)/i.test(type))
    return transportRefusal(415, 'Content-Type must be application/json')
  if (encoding !== 'identity')
    return transportRefusal(415, `Content-Encoding ${encoding} is not understood here; send it as it is`)
  if (accepts(headers, 'application/json') && accepts(headers, 'text/event-stream')) return null
  return transportRefusal(406, 'Accept must allow both application/json and text/event-stream')
}

/** What is wrong with the headers of a GET, which asks for an event stream. */
export function checkGet(headers: IncomingHttpHeaders): Refusal | null {
  return accepts(headers, 'text/event-stream')
    ? null
    : transportRefusal(406, 'Accept must allow text/event-stream')
}

export function transportRefusal(status: number, message: string): Refusal {
  return { status, code: rpcCodes.transport, message }
}

/** RFC 9110, 12.5.1: who sends no `Accept` takes anything, the nearest range decides, and `q=0` is a no. */
function accepts({ accept = '*/*' }: IncomingHttpHeaders, type: string): boolean {
  const ranges = accept.split(',').map((range) => {
    const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return { name, isRefused: parameters.some((each) => /^q=0(?:\.0*)?$/.test(each)) }
  })
  const nearest = [type, type.replace(/\/.*/, '/*'), '*/*'].flatMap((wanted) =>
    ranges.filter(({ name }) => name === wanted),
  )
  return nearest[0]?.isRefused === false
}

import type { Socket } from 'node:net'
import { buildConnector } from 'undici'

const interim = 'HTTP/1.1 100'
const endOfHead = '\r\n\r\n'
/** The first line of a request that undici writes; bodies are never written as text. */
const requestLine = ' HTTP/1.1\r\n'
/** More is undici's to refuse. */
const longestHead = 64 * 1024
const nothing: Buffer = Buffer.alloc(0)

/**
 * Connects as undici does, but that `100 Continue` is left out of what comes before an answer: a client must bear it, asked
 * for or not (RFC 9110, 15.2.1), and undici takes it for the end of the connection.
 */
export function connectorWithoutContinue(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options)
  return (to, callback) =>
    connect(to, (...[error, socket]) => {
      if (error) callback(error, null)
      else callback(null, leaveOutContinue(socket))
    })
}

/** One request at a time is under way on a connection: after its first line the head of an answer comes. */
function leaveOutContinue<T extends Socket>(socket: T): T {
  const read: () => Buffer | null = socket.read.bind(socket)
  const write: (chunk: string | Uint8Array, encoding?: BufferEncoding) => boolean = socket.write.bind(socket)
  let isHeadAwaited = false
  let begun = nothing

  function readHead(chunk: Buffer): Buffer | null {
    const all = begun.length > 0 ? Buffer.concat([begun, chunk]) : chunk
    const rest = afterContinue(all)
    isHeadAwaited = rest === null || (rest.length < interim.length && mayBeContinue(rest))
    begun = rest === null ? all : isHeadAwaited ? rest : nothing
    return isHeadAwaited ? null : rest
  }

  return Object.assign(socket, {
    read() {
      const chunk = read()
      return isHeadAwaited && chunk !== null ? readHead(chunk) : chunk
    },
    write(chunk: string | Uint8Array, encoding?: BufferEncoding) {
      if (typeof chunk === 'string' && chunk.includes(requestLine)) isHeadAwaited = true
      return write(chunk, encoding)
    },
  })
}

/** What follows the last `100 Continue` at the beginning; null while one has not ended. */
function afterContinue(bytes: Buffer): Buffer | null {
  let rest = bytes
  while (rest.length >= interim.length && mayBeContinue(rest)) {
    const end = rest.indexOf(endOfHead)
    if (end < 0) return rest.length > longestHead ? rest : null
    rest = rest.subarray(end + endOfHead.length)
  }
  return rest
}

function mayBeContinue(bytes: Buffer): boolean {
  return interim.startsWith(bytes.toString('latin1', 0, interim.length))
}

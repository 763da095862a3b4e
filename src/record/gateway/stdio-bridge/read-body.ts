import type { IncomingMessage } from 'node:http'
import type { HeldBytes } from '../held-bytes.ts'
import type { Refusal } from '../refuse.ts'
import { transportRefusal } from './check-post.ts'

/** Nothing that a person or a model sends is as long; it is held in memory until it is whole. */
const longestBodyBytes = 64 * 1024 * 1024

/** The whole body; why it is not taken, and then the rest is not read. Rejects when the client leaves. */
export function readBody(incoming: IncomingMessage, held: HeldBytes): Promise<Buffer | Refusal> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      const refusal = length > longestBodyBytes ? tooLong : held.reach(length) ? null : noRoom
      if (refusal === null) {
        chunks.push(chunk)
        return
      }
      chunks.length = 0
      incoming.pause()
      resolve(refusal)
    })
    incoming.once('end', () => resolve(Buffer.concat(chunks)))
    incoming.once('error', reject)
    incoming.once('close', () => reject(new Error('the client has left')))
  })
}

const tooLong: Refusal = {
  ...transportRefusal(413, `a body may have ${longestBodyBytes / 1024 / 1024} MiB`),
  headers: { connection: 'close' },
}
const noRoom: Refusal = {
  ...transportRefusal(503, 'too many large bodies are on their way'),
  headers: { connection: 'close', 'retry-after': '1' },
}

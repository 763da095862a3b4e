import type { IncomingMessage } from 'node:http'

/** Nothing that a person or a model sends is as long; it is held in memory until it is whole. */
export const longestBodyBytes = 64 * 1024 * 1024

/** The whole body; null for one that is too long, the rest of which is not read. Rejects when the client leaves. */
export function readBody(incoming: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= longestBodyBytes) {
        chunks.push(chunk)
        return
      }
      chunks.length = 0
      incoming.pause()
      resolve(null)
    })
    incoming.once('end', () => resolve(Buffer.concat(chunks)))
    incoming.once('error', reject)
    incoming.once('close', () => reject(new Error('the client has left')))
  })
}

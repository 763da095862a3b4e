import { createHash } from 'node:crypto'

const leafPrefix = Buffer.of(0)

/** SHA-256(0x00 ‖ the line's bytes without its newline), in hex: the leaf hash of RFC 6962 over what is stored. */
export function leafHash(line: string | Uint8Array): string {
  return createHash('sha256').update(leafPrefix).update(line).digest('hex')
}

import type { OutgoingHttpHeaders } from 'node:http'
import type { NotAdmitted } from './admission.ts'

const retryAfterSeconds = 5

/** How to do better (RFC 6750, and RFC 9728 where an issuer's tokens are taken). `metadata` is the address of the document. */
export function challengeHeaders({ status, error, message }: NotAdmitted, metadata: string | null) {
  if (status === 503) return { 'retry-after': String(retryAfterSeconds) } satisfies OutgoingHttpHeaders
  const fields = [
    'realm="calltrail"',
    ...(error === null ? [] : [`error="${error}"`, `error_description="${quotable(message)}"`]),
    ...(metadata === null ? [] : [`resource_metadata="${quotable(metadata)}"`]),
  ]
  return { 'www-authenticate': `Bearer ${fields.join(', ')}` } satisfies OutgoingHttpHeaders
}

/** RFC 6750, 3: printable ASCII without quotes and backslashes. */
function quotable(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, "'")
}

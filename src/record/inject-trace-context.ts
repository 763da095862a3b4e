import { elementRanges, memberRange } from './member-text.ts'
import { isBatch, readMessages } from './rpc-message.ts'

/**
 * A message whose calls name a span in `_meta.traceparent`, every other byte as it was. `spanOf` gives the text for the call
 * of an id, null for none. What is there already stays, whatever it is.
 */
export function injectTraceContext(message: Buffer, spanOf: (id: string) => string | null): Buffer {
  // One character for each byte: a place in the text is a place in the message.
  const text = message.toString('latin1')
  const read = readMessages(message.toString())
  const batch = isBatch(text) ? elementRanges(text) : null
  const parts: Buffer[] = []
  let from = 0
  for (const [index, { message: each }] of read.entries()) {
    const traceparent = each.type === 'request' ? spanOf(each.id) : null
    const [start, end] = batch?.[index] ?? [0, text.length]
    const insertion = traceparent === null ? null : insertionInto(text.slice(start, end), traceparent)
    if (!insertion) continue
    const at = start + insertion.at
    parts.push(message.subarray(from, at), Buffer.from(insertion.text))
    from = at
  }
  return from === 0 ? message : Buffer.concat([...parts, message.subarray(from)])
}

/** Null where something stands there already, or nothing can. */
function insertionInto(text: string, traceparent: string) {
  const params = memberRange(text, ['params'])
  if (!params || text[params[0]] !== '{') return null
  const meta = memberRange(text, ['params', '_meta'])
  const member = `"traceparent":"${traceparent}"`
  if (!meta) return firstMember(text, params, `"_meta":{${member}}`)
  if (text[meta[0]] !== '{' || memberRange(text, ['params', '_meta', 'traceparent'])) return null
  return firstMember(text, meta, member)
}

function firstMember(text: string, [start, end]: readonly [number, number], member: string) {
  const isEmpty = text.slice(start + 1, end - 1).trim() === ''
  return { at: start + 1, text: isEmpty ? member : `${member},` }
}

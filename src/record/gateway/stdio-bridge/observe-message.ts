import type { EntryData } from '../../../domain/entry.ts'
import type { Around, McpSession } from '../../mcp-session.ts'

/** Messages that are longer are recorded by their size alone. */
const longestRecordedBytes = 32 * 1024 * 1024
const edgeBytes = 4096

/** Lets a message be recorded; it is on the disk once the journal is flushed. */
export function observeMessage(
  recorder: McpSession,
  direction: EntryData['frame']['direction'],
  message: Buffer,
  around: Around = {},
): void {
  const bytes = message.length
  if (bytes <= longestRecordedBytes) {
    recorder.observe(direction, { text: message.toString(), bytes }, around)
    return
  }
  const head = message.subarray(0, edgeBytes).toString()
  const tail = message.subarray(-edgeBytes).toString()
  recorder.observe(direction, { text: null, bytes, edges: { head, tail } }, around)
}

import { StringDecoder } from 'node:string_decoder'

const longestEvent = 16 * 1024 * 1024

/**
 * Reads the data of server-sent events, whatever the chunks: inside a character, a line end or a field (WHATWG HTML, 9.2.6).
 * Calls back with the data of each event as it ends; an event that grows too long is let go.
 */
export function eventStream(onData: (data: string) => void): { push(chunk: Buffer): void } {
  const decoder = new StringDecoder('utf8')
  let line = ''
  let data: string[] = []
  let length = 0
  let endedInReturn = false
  let isFirst = true

  function endLine(): void {
    const text = line
    line = ''
    if (text === '') {
      if (data.length > 0 && length <= longestEvent) onData(data.join('\n'))
      data = []
      length = 0
      return
    }
    if (!text.startsWith('data:') && text !== 'data') return
    const value = text.slice(5).replace(/^ /, '')
    length += value.length
    if (length <= longestEvent) data.push(value)
  }

  /** A byte order mark before all else is no part of the first line. */
  function withoutMark(text: string): string {
    if (!isFirst || text === '') return text
    isFirst = false
    return text.startsWith('\ufeff') ? text.slice(1) : text
  }

  return {
    push(chunk) {
      const text = withoutMark(decoder.write(chunk))
      // `\r\n` is one line end, wherever a chunk cuts it.
      const rest = endedInReturn && text.startsWith('\n') ? text.slice(1) : text
      if (text !== '') endedInReturn = text.endsWith('\r')
      const lines = rest.split(/\r\n|\n|\r/)
      for (const [index, part] of lines.entries()) {
        if (line.length <= longestEvent) line += part
        if (index < lines.length - 1) endLine()
      }
    },
  }
}

/** RFC 9110, 7.6.1: of one connection, not of the message. */
const hopByHop = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
)

/** Of a request also what is said to this server alone: its name, and a wish for `100 Continue` that it has granted. */
const toThisServer = new Set([...hopByHop, 'host', 'expect'])

/** Names and values in turn, as they came; without those of the connection, and those that it names. */
export function endToEnd(rawHeaders: readonly string[], dropped: ReadonlySet<string> = hopByHop): string[] {
  const named = namedByConnection(rawHeaders)
  const kept: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = [rawHeaders[index], rawHeaders[index + 1]]
    const lower = name.toLowerCase()
    if (!dropped.has(lower) && !named?.includes(lower)) kept.push(name, value)
  }
  return kept
}

/** Without those of these names, too. */
export function endToEndOfRequest(rawHeaders: readonly string[], dropped: readonly string[]): string[] {
  if (dropped.length === 0) return endToEnd(rawHeaders, toThisServer)
  return endToEnd(rawHeaders, new Set([...toThisServer, ...dropped.map((name) => name.toLowerCase())]))
}

/** Null where it names none but itself, as it nearly always does. */
function namedByConnection(rawHeaders: readonly string[]): readonly string[] | null {
  let named: string[] | null = null
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'connection') continue
    named ??= []
    for (const each of (rawHeaders[index + 1] ?? '').split(',')) named.push(each.trim().toLowerCase())
  }
  return named
}

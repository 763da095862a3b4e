/** RFC 9110, 7.6.1: of one connection, not of the message. */
const hopByHop = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
)

/** Of a request also what is said to this server alone: its name, and a wish for `100 Continue` that it has granted. */
const toThisServer = new Set([...hopByHop, 'host', 'expect'])

/** Names and values in turn, as they came; without those of the connection, and those that it names. */
export function endToEnd(rawHeaders: readonly string[]): string[] {
  return without(hopByHop, [], rawHeaders)
}

/** Without those of these names, too, which are in lower case. */
export function endToEndOfRequest(rawHeaders: readonly string[], dropped: readonly string[]): string[] {
  return without(toThisServer, dropped, rawHeaders)
}

function without(
  ofConnection: ReadonlySet<string>,
  dropped: readonly string[],
  rawHeaders: readonly string[],
): string[] {
  const kept: string[] = []
  let named: readonly string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = [rawHeaders[index], rawHeaders[index + 1]]
    const lower = name.toLowerCase()
    if (lower === 'connection') named = [...named, ...namedBy(value)]
    if (!ofConnection.has(lower) && !dropped.includes(lower)) kept.push(name, value)
  }
  return named.length === 0 ? kept : without(ofConnection, named, kept)
}

/** None but itself, nearly always. */
function namedBy(connection: string): readonly string[] {
  if (hopByHop.has(connection)) return []
  return connection.split(',').map((each) => each.trim().toLowerCase())
}

/**
 * Bytes of one list parameter. A ClickHouse server refuses a field of more than 128 KiB (`http_max_field_value_size`), and no
 * request can ask it for more.
 */
const maxBytes = 128 * 1024 - 2

const quotesAndComma = 3
/** What is sent as it is, one byte each. */
const plain = /^[\w./:+=-]*$/
/** Bytes that a character may take: what is escaped takes two, what is beyond ASCII three at most. */
const largestCharacter = 3

/**
 * The same items in lists that a query takes as a parameter, by what is sent of each. One that is too long for any list has one
 * of its own: the embedded engine takes it.
 */
export function* listsOf<T>(
  items: Iterable<T>,
  textOf: (item: T) => string = String,
): Iterable<readonly T[]> {
  let list: T[] = []
  let bytes = 0
  for (const item of items) {
    const own = bytesOf(textOf(item))
    if (list.length > 0 && bytes + own > maxBytes) {
      yield list
      list = []
      bytes = 0
    }
    list.push(item)
    bytes += own
  }
  if (list.length > 0) yield list
}

function bytesOf(value: string): number {
  return (plain.test(value) ? value.length : value.length * largestCharacter) + quotesAndComma
}

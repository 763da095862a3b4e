const shortest = 13

/** Cuts ids to the same length, short enough to read and long enough to name one of them. */
export function shortIds(ids: readonly string[]): (id: string) => string {
  const longest = Math.max(0, ...ids.map((id) => id.length))
  let length = shortest
  while (length < longest && new Set(ids.map((id) => id.slice(0, length))).size < new Set(ids).size)
    length += 1
  return (id) => id.slice(0, length)
}

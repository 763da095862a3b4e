import type { ExpectedCall } from '../domain/suite.ts'
import type { Problem } from '../errors.ts'
import type { LocatedDocument } from './located-document.ts'
import { formatPath, suggest } from './validate.ts'

interface WrittenCase {
  readonly expect: { readonly calls: readonly ExpectedCall[] | null; readonly match: string }
}

/** Orders that no trial can keep: names that are nobody's or two calls', and calls that wait for themselves. */
export function brokenOrders(
  { cases }: { readonly cases: readonly WrittenCase[] },
  document: LocatedDocument,
): Problem[] {
  return cases.flatMap(({ expect }, index) => {
    const calls = expect.calls ?? []
    return calls.flatMap((call, place) => {
      const at = (...rest: (string | number)[]) => ['cases', index, 'expect', 'calls', place, ...rest]
      const problem = (path: (string | number)[], message: string, hint?: string): Problem => ({
        location: document.locate(path),
        message: `${formatPath(path)}: ${message}`,
        ...(hint !== undefined && { hint }),
      })
      const ids = calls.flatMap(({ id }) => id ?? [])
      const unknown = (call.after ?? []).flatMap((name, step) =>
        ids.includes(name)
          ? []
          : [problem(at('after', step), `no call has the id "${name}"`, suggest(name, ids))],
      )
      const isTwice = call.id !== undefined && calls.findIndex(({ id }) => id === call.id) !== place
      const idle = call.after !== undefined && expect.match !== 'partial-order'
      return [
        ...unknown,
        ...(isTwice ? [problem(at('id'), `"${call.id}" is the id of another call already`)] : []),
        ...(waitsForItself(call, calls) ? [problem(at('after'), 'the call waits for itself')] : []),
        ...(idle ? [problem(at('after'), 'counts in no other mode', 'write `match: partial-order`')] : []),
      ]
    })
  })
}

function waitsForItself(call: ExpectedCall, calls: readonly ExpectedCall[]): boolean {
  const seen = new Set<string>()
  const queue = [...(call.after ?? [])]
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (name === call.id) return true
    if (seen.has(name)) continue
    seen.add(name)
    queue.push(...calls.flatMap(({ id, after = [] }) => (id === name ? after : [])))
  }
  return false
}

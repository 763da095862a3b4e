import { isDeepStrictEqual } from 'node:util'
import { isSeq, parseDocument } from 'yaml'
import { UsageError } from '../errors.ts'

export interface SuiteHeading {
  readonly name: string
  readonly cassette: string
  /** From the folder of the suite. */
  readonly policies: readonly string[]
}

/** A suite of its own for a first case, played from the cassette of that name. */
export function newSuiteText({ name, cassette, policies }: SuiteHeading, caseText: string): string {
  return [
    '# Made from recorded chains. The tools answer from the cassette, and no server is started; `miss: live` in the toolset',
    '# asks the real servers for what it does not hold.',
    `suite: ${name}`,
    `toolset: { cassette: ${asYaml(cassette)} }`,
    ...(policies.length > 0 ? [`policies: [${policies.map(asYaml).join(', ')}]`] : []),
    'cases:',
    indent(caseText, '  '),
  ].join('\n')
}

const asYaml = (path: string) => (/^[\w.][\w./-]*$/.test(path) ? path : JSON.stringify(path))

/**
 * The suite with another case after its last one; every other byte stays. Throws a `UsageError` for a list of cases that
 * is written in one line.
 */
export function withCase(suite: string, caseText: string, file: string): string {
  const document = parseDocument(suite)
  const cases = document.get('cases', true)
  const start = isSeq(cases) ? cases.range?.[0] : undefined
  const last = isSeq(cases) ? cases.items.at(-1) : undefined
  const end = last && typeof last === 'object' && 'range' in last ? endOf(last.range) : null
  if (!isSeq(cases) || cases.flow || start === undefined || end === null)
    throw new UsageError(
      `${file}: write its cases one below the other, each after a hyphen, to have one added`,
    )
  const column = start - (suite.lastIndexOf('\n', start - 1) + 1)
  const at = afterComments(suite, endOfLine(suite, end), column)
  const lineEnd = suite.includes('\r\n') ? '\r\n' : '\n'
  const added = indent(caseText, ' '.repeat(column)).replaceAll('\n', lineEnd)
  const head = suite.slice(0, at)
  const joined = `${head}${head.endsWith('\n') ? '' : lineEnd}${added}${suite.slice(at)}`
  checkAdded(suite, joined, file)
  return joined
}

function endOf(range: unknown): number | null {
  return Array.isArray(range) && typeof range[1] === 'number' ? range[1] : null
}

function endOfLine(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset
  const lineEnd = text.indexOf('\n', offset)
  return lineEnd < 0 ? text.length : lineEnd + 1
}

/** Comments that stand deeper than the hyphens belong to the case before them. */
function afterComments(text: string, offset: number, column: number): number {
  const below = /^(?:[ \t]*\r?\n)*([ ]*)#[^\n]*(?:\n|$)/.exec(text.slice(offset))
  if (!below || (below[1]?.length ?? 0) <= column) return offset
  return afterComments(text, offset + below[0].length, column)
}

function indent(text: string, space: string): string {
  return text.replace(/^(?=.)/gm, space)
}

function checkAdded(before: string, after: string, file: string): void {
  const [old, now] = [before, after].map((text) => parseDocument(text))
  const cases: unknown = now?.toJS()?.cases
  const isWhole =
    now?.errors.length === 0 &&
    Array.isArray(cases) &&
    isDeepStrictEqual({ ...now.toJS(), cases: cases.slice(0, -1) }, old?.toJS())
  if (!isWhole) throw new UsageError(`${file}: it is written in a way in which no case can be added to it`)
}

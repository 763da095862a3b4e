import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml'
import { exactly } from '../domain/exact-number.ts'
import { type Location, type Problem, UsageError } from '../errors.ts'
import { type DocumentPath, type LocatedDocument, locationAt, type SourceText } from './located-document.ts'

/** Reads YAML 1.2. Throws a `UsageError` with all syntax errors, repeated keys and unknown anchors or tags. */
export function parseYaml(source: SourceText): LocatedDocument {
  const document = parseDocument(source.text, { prettyErrors: false, stringKeys: true, logLevel: 'error' })
  const at = (offset: number) => locationAt(source, offset)
  const problems = syntaxProblems(document, at)
  if (problems.length > 0) throw new UsageError(problems)
  if (document.contents === null) throw new UsageError([{ location: at(0), message: 'the file is empty' }])
  keepExactNumbers(document)
  const place = (path: DocumentPath, key: boolean) => at(offsetOf(document, path, key))
  return {
    file: source.file,
    folder: source.folder,
    value: plainValue(document, at),
    locate: (path) => place(path, false),
    locateKey: (path) => place(path, true),
  }
}

/** What a double would change stands as `ExactNumber`, so that it is compared as it was written. */
function keepExactNumbers(document: Document.Parsed): void {
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value !== 'number' || !/^[-+]?(\d|\.\d)[\d.eE+-]*$/.test(scalar.source ?? '')) return
      scalar.value = exactly(scalar.source ?? '')
    },
  })
}

const plainer: Readonly<Record<string, Omit<Problem, 'location'>>> = {
  TAB_AS_INDENT: { message: 'a tab in the indentation', hint: 'YAML is indented with spaces' },
  DUPLICATE_KEY: { message: 'this key is there twice', hint: 'remove or rename one of the two' },
  MULTIPLE_DOCS: {
    message: 'a second document begins here',
    hint: 'one file holds one document: remove the ---',
  },
  RESOURCE_EXHAUSTION: { message: 'nested too deeply' },
}

function syntaxProblems(document: Document.Parsed, at: (offset: number) => Location): Problem[] {
  // After the first error of a line the parser is guessing.
  const seen = new Set<number>()
  const errors = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    location: at(pos[0]),
    ...(plainer[code] ?? { message }),
  }))
  return [...errors, ...unknownAnchors(document, at)].filter(({ location }) => {
    if (seen.has(location.line)) return false
    seen.add(location.line)
    return true
  })
}

function unknownAnchors(document: Document.Parsed, at: (offset: number) => Location) {
  const problems: { location: Location; message: string }[] = []
  if (document.errors.length > 0) return problems
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document)) return
      problems.push({
        location: at(alias.range?.[0] ?? 0),
        message: `no anchor &${alias.source} before this`,
      })
    },
  })
  return problems
}

function plainValue(document: Document.Parsed, at: (offset: number) => Location): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    const message = 'anchors that repeat themselves too often'
    throw new UsageError([{ location: at(0), message }], { cause })
  }
}

function offsetOf(document: Document.Parsed, path: DocumentPath, wantKey: boolean): number {
  let node: Node | null = document.contents
  let offset = startOf(node) ?? 0
  for (const [index, step] of path.entries()) {
    const target: Node | null | undefined = isAlias(node) ? node.resolve(document) : node
    const child = childOf(target, step)
    if (!child) return offset
    const last = index === path.length - 1
    offset = startOf(last && wantKey ? child.key : child.value) ?? startOf(child.key) ?? offset
    node = child.value
  }
  return offset
}

function childOf(node: unknown, step: PropertyKey): { key: Node | null; value: Node | null } | null {
  if (isSeq<Node>(node)) {
    const value = node.items[Number(step)]
    return value ? { key: value, value } : null
  }
  if (!isMap<Node, Node | null>(node)) return null
  return node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step)) ?? null
}

function startOf(node: Node | null): number | null {
  return node?.range?.[0] ?? null
}

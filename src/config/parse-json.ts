import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'
import { type Location, type Problem, UsageError } from '../errors.ts'
import { type DocumentPath, type LocatedDocument, locationAt, type SourceText } from './located-document.ts'

/** Reads JSON as editors write it, with comments and trailing commas. Throws a `UsageError` with all syntax errors. */
export function parseJson(source: SourceText): LocatedDocument {
  const at = (offset: number) => locationAt(source, offset)
  const errors: ParseError[] = []
  const root = parseTree(source.text, errors, { allowTrailingComma: true, allowEmptyContent: true })
  const problems = errors.map(({ error, offset }) => ({
    location: at(offset),
    message: plain(printParseErrorCode(error)),
  }))
  if (problems.length > 0) throw new UsageError(problems)
  if (!root) throw new UsageError([{ location: at(0), message: 'the file is empty' }])
  const repeated = repeatedKeys(root, at)
  if (repeated.length > 0) throw new UsageError(repeated)
  return {
    file: source.file,
    folder: source.folder,
    value: getNodeValue(root),
    locate: (path) => at(nodeAt(root, path).offset),
    locateKey: (path) => at(keyOf(nodeAt(root, path)).offset),
  }
}

/** `CommaExpected` → `comma expected`. */
function plain(code: string): string {
  return code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase()
}

function repeatedKeys(node: Node, at: (offset: number) => Location): Problem[] {
  const seen = new Set<unknown>()
  return (node.children ?? []).flatMap((child) => {
    const key = child.type === 'property' ? child.children?.[0] : undefined
    const repeated = key !== undefined && seen.has(key.value)
    seen.add(key?.value)
    const below = repeatedKeys(child, at)
    return repeated
      ? [{ location: at(key.offset), message: `the key "${key.value}" is there twice` }, ...below]
      : below
  })
}

function nodeAt(root: Node, path: DocumentPath): Node {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length).map(jsonStep))
    if (node) return node
  }
  return root
}

function jsonStep(step: PropertyKey): string | number {
  return typeof step === 'number' ? step : String(step)
}

function keyOf(node: Node): Node {
  return node.parent?.type === 'property' ? (node.parent.children?.[0] ?? node) : node
}

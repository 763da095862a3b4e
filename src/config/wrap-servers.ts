import { findNodeAtLocation, getNodeValue, type Node, parseTree } from 'jsonc-parser'
import { isJsonObject } from '../domain/json.ts'

/** How a recorder is started: what stands before `record`. */
export interface Launcher {
  readonly command: string
  readonly args: readonly string[]
  /** Kept in the entry, so that the client need not have the variable; null: the default home. */
  readonly home: string | null
  /** Its calltrail.yaml, wherever the client starts it; null: the one of its folder, or above. */
  readonly config: string | null
}

export interface WrappedServer {
  readonly name: string
  /** `remote`: it has an address; `already`: it is recorded as it stands; `broken`: it has neither address nor command. */
  readonly state: 'wrapped' | 'already' | 'remote' | 'broken'
}

export interface WrappedFile {
  readonly text: string
  readonly servers: readonly WrappedServer[]
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Puts a recorder before the command of every stdio server of a client's file: `mcpServers` (Claude Desktop, Claude Code with
 * its projects, Cursor), `servers` (VS Code), `mcp.servers` (its settings). Everything else stays as it is, to the byte:
 * comments, order, line ends. The text must be valid JSON with comments.
 */
export function wrapServers(text: string, launcher: Launcher): WrappedFile {
  const entries = serverEntries(text)
  const servers = entries.map(({ name, node }) => ({ name, state: stateOf(name, node) }))
  const edits = entries.flatMap(({ name, node }, index) =>
    servers[index]?.state === 'wrapped' ? wrapEntry(name, node, launcher) : [],
  )
  return { text: applyEdits(text, edits), servers }
}

/** Takes the recorders out again, whatever else has been changed in the meantime. */
export function unwrapServers(text: string): WrappedFile {
  const wrapped = serverEntries(text).filter(({ name, node }) => wrappedArguments(name, node) > 0)
  const edits = wrapped.flatMap(({ name, node }) => unwrapEntry(name, node))
  return { text: applyEdits(text, edits), servers: wrapped.map(({ name }) => ({ name, state: 'wrapped' })) }
}

interface ServerEntry {
  readonly name: string
  readonly node: Node
}

function serverEntries(text: string): readonly ServerEntry[] {
  // A byte order mark is a blank to the parser then, and offsets stay what they are.
  const root = parseTree(text.replace(/^\uFEFF/, ' '), [], { allowTrailingComma: true })
  if (!root) return []
  const projects = propertiesOf(findNodeAtLocation(root, ['projects'])).map(({ name }) => name)
  const places = [
    ['mcpServers'],
    ['servers'],
    ['mcp', 'servers'],
    ...projects.map((project) => ['projects', project, 'mcpServers']),
  ]
  return places.flatMap((path) => propertiesOf(findNodeAtLocation(root, path)))
}

function propertiesOf(node: Node | undefined): readonly ServerEntry[] {
  if (node?.type !== 'object') return []
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [{ name: String(key.value), node: value }] : [],
  )
}

function stateOf(name: string, node: Node): WrappedServer['state'] {
  if (typeof commandOf(node)?.value !== 'string')
    return findNodeAtLocation(node, ['url']) ? 'remote' : 'broken'
  return wrappedArguments(name, node) > 0 ? 'already' : 'wrapped'
}

const commandOf = (node: Node) => findNodeAtLocation(node, ['command'])
const argumentsOf = (node: Node) => findNodeAtLocation(node, ['args'])

const keptOptions = ['home', 'config'] as const

function wrapEntry(name: string, node: Node, launcher: Launcher): readonly Edit[] {
  const command = commandOf(node)
  if (!command) return []
  const kept = keptOptions.flatMap((option) => {
    const value = launcher[option]
    return value === null ? [] : [`--${option}`, value]
  })
  const recorder = [...launcher.args, 'record', ...kept, '--server', name, '--', String(command.value)]
  const list = recorder.map((each) => JSON.stringify(each)).join(', ')
  const args = argumentsOf(node)
  const [first] = args?.children ?? []
  const started = replace(command, JSON.stringify(launcher.command))
  if (args?.type !== 'array') {
    const at = command.offset + command.length
    return [started, { start: at, end: at, text: `, "args": [${list}]` }]
  }
  const at = first?.offset ?? args.offset + 1
  return [started, { start: at, end: at, text: first ? `${list}, ` : list }]
}

function unwrapEntry(name: string, node: Node): readonly Edit[] {
  const command = commandOf(node)
  const args = argumentsOf(node)?.children ?? []
  const count = wrappedArguments(name, node)
  const [first, last, next] = [args[0], args[count - 1], args[count]]
  if (!command || !first || !last) return []
  const end = next?.offset ?? last.offset + last.length
  return [replace(command, JSON.stringify(last.value)), { start: first.offset, end, text: '' }]
}

/** How many arguments belong to the recorder, the command it runs included; 0 where there is none. */
function wrappedArguments(name: string, node: Node): number {
  const value: unknown = getNodeValue(node)
  const args = isJsonObject(value) && Array.isArray(value.args) ? value.args : []
  const record = args.slice(0, 4).indexOf('record')
  if (record < 0) return 0
  let server = record + 1
  for (const option of keptOptions) if (args[server] === `--${option}`) server += 2
  const isOurs = args[server] === '--server' && args[server + 1] === name && args[server + 2] === '--'
  return isOurs && typeof args[server + 3] === 'string' ? server + 4 : 0
}

function replace({ offset, length }: Node, text: string): Edit {
  return { start: offset, end: offset + length, text }
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  const last = [...edits].sort((a, b) => b.start - a.start)
  return last.reduce(
    (edited, { start, end, text }) => edited.slice(0, start) + text + edited.slice(end),
    text,
  )
}

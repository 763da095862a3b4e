import type { ToolChange } from '../forensics/drift/compare-tools.ts'
import type { DefinitionChange, Place, SeenInstruction } from '../forensics/drift/drift.ts'
import type { SchemaChange } from '../forensics/drift/schema-change.ts'
import type { TouchedSuite } from '../forensics/drift/touched-cases.ts'
import type { DefinedServerRow } from '../store/queries.ts'
import { escapeText } from './escape.ts'
import { count, time } from './quantities.ts'
import { fold } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

export interface DriftReport {
  /** The one that was asked for; null for all. */
  readonly server: string | null
  /** Where nothing is known of that one: those of which something is. */
  readonly others: readonly string[]
  readonly servers: readonly DefinedServerRow[]
  readonly changes: readonly DefinitionChange[]
  readonly instructions: readonly SeenInstruction[]
  readonly suites: readonly TouchedSuite[]
  /** Suite files that could not be read, and tool lists that were not kept whole. */
  readonly unreadSuites: number
  readonly unreadFiles: readonly string[]
  readonly unreadable: number
  /** ISO 8601; null for all time. */
  readonly since: string | null
  /** How this program is called, and where it looked. */
  readonly command: string
  readonly home: string
}

/** Server by server what changed, then what instructs the model, then what did not change. */
export function renderDrift(report: DriftReport, terminal: Terminal): string {
  const { servers, changes, instructions, command, home } = report
  if (servers.length === 0 && report.others.length > 0)
    return `${escapeText(`No tool list of ${report.server} is recorded in ${home}; there are those of ${report.others.join(', ')}`)}\n`
  if (servers.length === 0) return `No tool list is recorded in ${home} yet: ${command} record -- COMMAND\n`
  const changed = new Set(changes.map(({ server }) => server))
  const since = report.since === null ? '' : ` since ${time(report.since)} UTC`
  const summary = `drift · ${count(servers.length, 'server')} · ${changed.size} changed${since}`
  const blocks = [
    [summary],
    ...changes.map((change) => changeBlock(change, report)),
    ...(instructions.length > 0 ? [instructionBlock(instructions)] : []),
    unchangedBlock(servers, changed, report),
    ...(changes.length > 0 ? [nextBlock(changes, command)] : []),
  ]
  const lines = blocks.filter((block) => block.length > 0).flatMap((block) => [...block, ''])
  return lines.flatMap((line) => shown(line, terminal)).join('\n')
}

function changeBlock(change: DefinitionChange, { suites }: DriftReport): readonly string[] {
  const { server, from, serverVersion, tools, clients } = change
  const versions =
    from.serverVersion === serverVersion
      ? ''
      : ` · version ${from.serverVersion ?? '?'} → ${serverVersion ?? '?'}`
  const others = clients.length > 1 ? ` · also by ${clients.slice(1).map(clientName).join(', ')}` : ''
  return [
    `${server}${versions} · ${seenFirst(change)}${others} · before, since ${time(from.at)}`,
    ...tools.flatMap((tool) => toolLines(tool, casesOf(`${server}/${tool.tool}`, suites))),
  ]
}

export const signs = { added: '+', removed: '-', changed: '~' } as const

function toolLines(tool: ToolChange, cases: readonly string[]): readonly string[] {
  const head = `  ${signs[tool.change]} ${tool.tool}`
  const title = tool.change === 'changed' ? head : `${head}  ${tool.change}`
  return [title, ...changeDetails(tool, cases).map((line) => `      ${line}`)]
}

/** What about a tool changed, a line each, and which cases name it. */
export function changeDetails(tool: ToolChange, cases: readonly string[]): readonly string[] {
  const { input, output, annotations, description, isReworded } = tool
  return [
    ...input.map((each) => schemaLine('takes', each)),
    ...output.map((each) => schemaLine('gives', each)),
    ...annotations.map(({ name, before, after }) => `${name} ${before ?? 'unsaid'} → ${after ?? 'unsaid'}`),
    ...(description ? descriptionLines(tool.change, description) : []),
    ...(isReworded ? ['words within its schemas changed'] : []),
    ...(cases.length > 0 ? [`cases: ${cases.join(', ')}`] : []),
  ]
}

function descriptionLines(
  change: ToolChange['change'],
  { before, after }: { readonly before: string; readonly after: string },
): readonly string[] {
  if (change !== 'changed') return [`description: ${after || before}`]
  return [`description: ${before || '–'}`, `        now: ${after || '–'}`]
}

function schemaLine(verb: 'takes' | 'gives', { path, effect, words }: SchemaChange): string {
  const what = effect === 'wider' ? `${verb} more` : effect === 'narrower' ? `${verb} less` : `${verb} other`
  return `${what}: ${path ? `${path} ` : ''}${words}`
}

export function casesOf(name: string, suites: readonly TouchedSuite[]): readonly string[] {
  return suites.flatMap(({ suite, tools }) =>
    tools.flatMap(({ tool, cases }) => (tool === name ? cases.map((id) => `${suite}/${id}`) : [])),
  )
}

function instructionBlock(instructions: readonly SeenInstruction[]): readonly string[] {
  return [
    'text that instructs the model (a heuristic: read it yourself)',
    ...instructions.flatMap(({ server, tool, where, kind, quote, since, until, isNew }) => [
      `  ! ${server}/${tool}  ${kind}, in its ${where}${isNew ? ', new with a change' : ''}`,
      `      "${quote}"`,
      `      ${seenFirst(since)}${until ? `, gone ${time(until.at)}` : ''}`,
    ]),
  ]
}

function unchangedBlock(
  servers: readonly DefinedServerRow[],
  changed: ReadonlySet<string>,
  { unreadable, unreadFiles }: DriftReport,
): readonly string[] {
  const same = servers.filter(({ server }) => !changed.has(server))
  return [
    ...same.map(
      ({ server, first, lists }) =>
        `unchanged  ${server} · ${count(lists, 'list')} from ${time(first)} UTC on`,
    ),
    ...(unreadable > 0 ? [`${count(unreadable, 'list')} not kept whole: nothing can be said of them`] : []),
    ...unreadFiles.map((file) => `${file} could not be read: eval ${file} says why`),
  ]
}

function nextBlock(changes: readonly DefinitionChange[], command: string): readonly string[] {
  const [{ session, server, at } = { session: '', server: '', at: '' }] = changes.slice(-1)
  return [
    `next  ${command} chains --server ${server} --since ${at.slice(0, 19)}Z`,
    `      what was called since then; it was seen in session ${session}`,
  ]
}

export const clientName = (client: string | null) => client ?? 'a client without a name'

export function seenFirst({ at, client, session }: Place): string {
  return `first seen ${time(at)} UTC by ${clientName(client)} in session ${session.slice(0, 13)}`
}

/** Of a text that a server wrote itself: it may be megabytes. */
const maxLines = 40
const maxCharacters = 20_000

/** What is to be typed is in one line; all else is in as many as it needs: what stands at its end may be what counts. */
function shown(line: string, terminal: Terminal): readonly string[] {
  const text = escapeText(line.slice(0, maxCharacters))
  if (text.startsWith('next')) return [text]
  const lines = fold(text, terminal.columns)
  const some = lines.length > maxLines ? [...lines.slice(0, maxLines), '      … --json has all of it'] : lines
  return text.startsWith('  ! ') ? some.map((each) => paint(each, 'bad', terminal)) : some
}

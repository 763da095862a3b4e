import { basename, dirname, relative } from 'node:path'
import type { Config } from '../config/calltrail-config.ts'
import { displayPath } from '../config/located-document.ts'
import { toolName } from '../config/tool-name.ts'
import type { StoreReader } from '../domain/store.ts'
import type { Suite } from '../domain/suite.ts'
import type { Tool } from '../domain/tool.ts'
import { UsageError } from '../errors.ts'
import type { QueryName } from '../store/queries.ts'
import { toolsOfSnapshot } from '../tools/cassette.ts'
import { caseId, suiteName } from './case-id.ts'
import { caseText, isUndecided } from './case-text.ts'
import { cassetteText, withRecording } from './cassette-text.ts'
import { type ChainRecord, readChainRecord } from './chain-record.ts'
import { type PromotedCase, promoteCase } from './promoted-case.ts'
import { hashOf, type RecordedPolicies, recordedPolicies } from './recorded-policies.ts'
import { type RecordedTools, readRecordedTools } from './recorded-tools.ts'
import { readTarget, replaceFile, type Target } from './suite-target.ts'
import { newSuiteText, type SuiteHeading, withCase } from './suite-text.ts'

export interface PromoteOptions {
  /** The suite's file, which may not be there yet; or which it is, by the hash of the policies that judged the chain. */
  readonly suite: string | ((policySetHash: string | null) => string)
  /** Among whose policies are those that judged the chain. */
  readonly suites?: readonly Suite[]
  /** In place of what was recorded, or where nothing was. */
  readonly prompt?: string | undefined
  readonly config: Config
}

export interface Promotion {
  readonly case: string
  readonly suite: string
  readonly cassette: string
  readonly isNew: boolean
  readonly isDraft: boolean
  /** Lines of the suite in which something is to be decided. */
  readonly decide: readonly number[]
  readonly calls: number
  readonly servers: readonly string[]
  /** That judged the chain, where the suite has others: it does not show what they denied. */
  readonly otherPolicies: RecordedPolicies | null
}

/**
 * Makes of a recorded chain a case of a suite, and of what its tools answered a recording in the suite's cassette. Throws a
 * `UsageError` where the chain is not over, not whole, or no case yet; then nothing is written. The cassette is written
 * first: without its case it says nothing, and the case without it would not load.
 */
export async function promote(
  store: StoreReader<QueryName>,
  chain: string,
  options: PromoteOptions,
): Promise<Promotion> {
  const record = await readChainRecord(store, chain)
  const prompt = options.prompt?.trim() || promptOf(record)
  const tools = await readRecordedTools(store, record)
  const promoted = promoteCase(record, prompt, tools.flatMap(asTools))
  refuse([...promoted.problems, ...problemsOf(record, promoted, tools)], chain)
  const policies = await recordedPolicies(record, options.suites ?? [])
  const file = typeof options.suite === 'string' ? options.suite : options.suite(policies?.hash ?? null)
  const target = await readTarget(file, options.config)
  const again = Object.entries(target.cassette.cases).find(
    ([id, recorded]) => recorded.chain === chain && target.cases.has(id),
  )
  if (again) throw new UsageError(`${target.file}: the chain ${chain} is the case ${again[0]} already`)
  const id = caseId(promoted.prompt, chain, target.cases)
  const [first] = record.spans
  const at = `${first?.at.slice(0, 19).replace('T', ' ')} UTC`
  const text = caseText({ id, origin: `Recorded ${at} · chain ${chain}${whoOf(record)}` }, promoted)
  const suite =
    target.text === null
      ? newSuiteText(headingOf(target, policies), text)
      : withCase(target.text, text, target.file)
  const recording = { id, chain, at, calls: promoted.recorded, tools }
  await replaceFile(target.cassettePath, cassetteText(withRecording(target.cassette, recording)))
  await replaceFile(target.path, suite)
  return {
    case: id,
    suite: target.file,
    cassette: displayPath(target.cassettePath, options.config.cwd),
    isNew: target.text === null,
    isDraft: isUndecided(promoted),
    decide: decideLines(suite, target.text),
    calls: promoted.recorded.length,
    servers: tools.map(({ server }) => server),
    otherPolicies: await unlessKept(policies, target),
  }
}

function headingOf({ path, cassettePath }: Target, policies: RecordedPolicies | null): SuiteHeading {
  return {
    name: suiteName(basename(path)),
    cassette: basename(cassettePath),
    policies: (policies?.files ?? []).map((file) => relative(dirname(path), file).replaceAll('\\', '/')),
  }
}

async function unlessKept(
  policies: RecordedPolicies | null,
  { text, policies: own }: Target,
): Promise<RecordedPolicies | null> {
  const isKept = policies && (text === null ? policies.files !== null : (await hashOf(own)) === policies.hash)
  return isKept ? null : policies
}

function asTools({ server, tools, ...snapshot }: RecordedTools): readonly Tool[] {
  return toolsOfSnapshot({ ...snapshot, server, tools: tools ?? [] })
}

function promptOf({ chain, modelRequests, text }: ChainRecord): string {
  const [request] = [...modelRequests.values()].filter(({ prompt }) => prompt !== null)
  const prompt = request?.prompt ? text(request.prompt) : ''
  if (prompt === null) refuse(['its prompt was cut or erased'], chain, withPrompt(chain))
  else if (prompt.trim() === '')
    refuse(['no recorder saw the prompt that began it'], chain, withPrompt(chain))
  return prompt ?? ''
}

/** Whoever reads this may not have asked to promote it. */
const withPrompt = (chain: string) => `to say what was asked: promote ${chain} --suite FILE --prompt "…"`

function problemsOf(
  { running, toolResults }: ChainRecord,
  { calls }: PromotedCase,
  tools: readonly RecordedTools[],
): readonly string[] {
  const known = new Map(tools.map(({ server, tools }) => [server, tools]))
  const servers = new Set(calls.map(({ tool }) => tool.slice(0, tool.indexOf('/'))))
  const unknown = [...servers].filter((server) => !known.has(server))
  return [
    ...running.map((what) => `it is still running: ${what} has not ended`),
    ...([...toolResults.values()].some(({ replay }) => replay)
      ? ['it is a replay of a cassette; promote the chain that the cassette was made of']
      : []),
    ...calls.flatMap(({ tool }) =>
      toolName.safeParse(tool).success ? [] : [`a suite cannot name the tool ${JSON.stringify(tool)}`],
    ),
    ...unknown.map((server) => `the tools of ${server} were not recorded, only calls of them`),
    ...tools.flatMap(({ server, tools }) => (tools ? [] : [`the tools of ${server} were cut or erased`])),
    ...(tools.length === 0 && servers.size === 0 ? ['no server and no tool was recorded with it'] : []),
  ]
}

function refuse(problems: readonly string[], chain: string, hint?: string): void {
  if (problems.length === 0) return
  throw new UsageError(
    [...new Set(problems)].map((problem) => ({
      message: `chain ${chain} cannot become a case: ${problem}`,
      ...(hint && { hint }),
    })),
  )
}

function whoOf({ spans }: ChainRecord): string {
  const model = spans.find(({ kind }) => kind === 'model')?.name
  const user = spans.find(({ user }) => user !== null)?.user
  return [model, user].flatMap((who) => (who ? [` · ${who}`] : [])).join('')
}

/** Of the lines that are new. */
function decideLines(now: string, before: string | null): readonly number[] {
  const isMarked = (line: string) => /^\s*# DECIDE:/.test(line)
  const marked = now.split('\n').flatMap((line, index) => (isMarked(line) ? [index + 1] : []))
  const old = before?.split('\n').filter(isMarked).length ?? 0
  return marked.slice(old)
}

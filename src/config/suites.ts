import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import canonicalize from 'canonicalize'
import type { Recording } from '../domain/cassette.ts'
import { isJsonObject } from '../domain/json.ts'
import type { Case, Suite, ToolsetDefinition } from '../domain/suite.ts'
import { type Problem, UsageError } from '../errors.ts'
import { brokenOrders } from './call-orders.ts'
import type { Config } from './calltrail-config.ts'
import { type Cassette, readCassette } from './cassette-file.ts'
import { type LocatedDocument, readSource } from './located-document.ts'
import { missingConfig } from './missing-config.ts'
import { parseYaml } from './parse-yaml.ts'
import { serverNames } from './servers-file.ts'
import { findSuiteFiles } from './suite-files.ts'
import { missingPolicies, repeatedIds, unrecorded, withoutJudge } from './suite-mistakes.ts'
import { suiteSchema, type WrittenCase, type WrittenSuite } from './suite-schema.ts'
import { cassetteToolset, checkToolset, defineToolset } from './toolset.ts'
import { suggest, validate } from './validate.ts'

interface ReadSuite {
  readonly suite: Suite
  readonly document: LocatedDocument
}

/**
 * The suites that the patterns name: files, folders (every .yaml in them), or `folder/*.yaml`; relative to `config.cwd`,
 * each file once. Throws a `UsageError` with all that is wrong with all of them.
 */
export async function loadSuites(patterns: readonly string[], config: Config): Promise<readonly Suite[]> {
  const files = await findSuiteFiles(patterns, config.cwd)
  const read = await Promise.all(files.map((file) => readSuite(file, config).catch(keepProblems)))
  const suites = read.filter((result): result is ReadSuite => !Array.isArray(result))
  const problems = [...read.filter((result) => Array.isArray(result)).flat(), ...repeatedNames(suites)]
  if (problems.length > 0) throw new UsageError(problems)
  return suites.map(({ suite }) => suite)
}

function keepProblems(error: unknown): Problem[] {
  if (error instanceof UsageError) return [...error.problems]
  throw error
}

async function readSuite(file: string, config: Config): Promise<ReadSuite> {
  const document = parseYaml(await readSource(file, config.cwd))
  const written = await readWritten(document, config)
  const policies = written.policies.map((policy) => resolve(document.folder, policy))
  const cassette = await readOwnCassette(written, document, config)
  const toolset = cassette?.toolset ?? chooseToolset(written, document, config)
  const problems = [
    ...(toolset
      ? await checkOwnToolset(toolset, written, document, config)
      : [await unknownToolset(String(written.toolset), document, config)]),
    ...(await missingPolicies(policies, document, config.cwd)),
    ...repeatedIds(written, document),
    ...withoutJudge(written, document),
    ...brokenOrders(written, document),
    ...(cassette ? unrecorded(written, cassette, document) : []),
  ]
  if (!toolset || problems.length > 0) throw new UsageError(problems)
  const cases = written.cases.map((each, index) =>
    defineCase(each, index, document, { judge: written.judge, recording: cassette?.recordings.get(each.id) }),
  )
  const hash = sha256(cases.map((each) => each.hash).join('\n'))
  const judge = written.judge ?? null
  return {
    suite: { name: written.suite, file: document.file, toolset, policies, cases, judge, hash },
    document,
  }
}

/** A toolset that nobody knows is told with what else is wrong. */
async function readWritten(document: LocatedDocument, config: Config): Promise<WrittenSuite> {
  try {
    return validate(suiteSchema, document)
  } catch (error) {
    const { value } = document
    const name = isJsonObject(value) ? value.toolset : null
    if (!(error instanceof UsageError) || typeof name !== 'string' || isKnown(name, config)) throw error
    throw new UsageError([...error.problems, await unknownToolset(name, document, config)])
  }
}

const isKnown = (toolset: string, config: Config) => config.toolsets.some(({ name }) => name === toolset)

interface OwnCassette {
  readonly toolset: ToolsetDefinition
  readonly recordings: Cassette['recordings']
}

async function readOwnCassette(
  { toolset }: WrittenSuite,
  document: LocatedDocument,
  { cwd }: Config,
): Promise<OwnCassette | null> {
  if (typeof toolset === 'string' || !('cassette' in toolset)) return null
  const { source, recordings } = await readCassette(resolve(document.folder, toolset.cassette), cwd)
  return { toolset: cassetteToolset(toolset, source, document), recordings }
}

function chooseToolset(
  { toolset }: WrittenSuite,
  document: LocatedDocument,
  config: Config,
): ToolsetDefinition | undefined {
  if (typeof toolset !== 'string')
    return 'servers' in toolset ? defineToolset(toolset, null, document, ['toolset']) : undefined
  return config.toolsets.find(({ name }) => name === toolset)
}

/** Those of calltrail.yaml were checked when it was read. */
async function checkOwnToolset(
  toolset: ToolsetDefinition,
  written: WrittenSuite,
  { folder }: LocatedDocument,
  { servers, file, cwd }: Config,
): Promise<readonly Problem[]> {
  if (typeof written.toolset === 'string') return []
  const noServers = file === null ? await missingConfig(folder, cwd) : undefined
  return checkToolset(toolset, serverNames(servers), ['toolset'], noServers)
}

async function unknownToolset(name: string, document: LocatedDocument, config: Config): Promise<Problem> {
  const names = config.toolsets.map((known) => known.name)
  const message = `toolset: no toolset "${name}" in ${config.file ?? 'calltrail.yaml'}`
  const hint = config.file === null ? await missingConfig(document.folder, config.cwd) : suggest(name, names)
  return { location: document.locate(['toolset']), message, hint }
}

function defineCase(
  written: WrittenCase,
  index: number,
  document: LocatedDocument,
  {
    judge,
    recording = null,
  }: { readonly judge?: string | undefined; readonly recording?: Recording | null | undefined },
): Case {
  const { prompt: said, expect, setup, teardown, fixtures, budget, ...rest } = written
  const [prompt = '', ...followUps] = typeof said === 'string' ? [said] : said
  const locate = (path: readonly (string | number)[]) => document.locate(['cases', index, ...path])
  // What is not written is not hashed: an older truth keeps its version.
  const more = {
    ...(followUps.length > 0 && { followUps }),
    ...(setup && { setup }),
    ...(teardown && { teardown }),
    ...(fixtures && { fixtures }),
    ...(budget && { budget }),
  }
  // Another model says otherwise of the same answer.
  const judged = expect.judge && { judge }
  const hash = sha256(
    canonicalize({ prompt, expect, ...more, ...judged, ...(recording && { recording }) }) ?? '',
  )
  const writes = written.writes || setup !== undefined || teardown !== undefined || fixtures !== undefined
  return { ...rest, prompt, expect, ...more, writes, recording, hash, location: locate([]), locate }
}

function repeatedNames(read: readonly ReadSuite[]): Problem[] {
  return read.flatMap(({ suite, document }, index) => {
    const first = read.find((other) => other.suite.name === suite.name)
    if (!first || first === read[index]) return []
    const message = `suite: "${suite.name}" is the name of ${first.suite.file} already`
    return [{ location: document.locate(['suite']), message }]
  })
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

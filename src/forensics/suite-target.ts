import { access, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Config } from '../config/calltrail-config.ts'
import { readCassette, type WrittenCassette } from '../config/cassette-file.ts'
import { displayPath } from '../config/located-document.ts'
import { parseYaml } from '../config/parse-yaml.ts'
import { loadSuites } from '../config/suites.ts'
import { isJsonObject } from '../domain/json.ts'
import { describeError, InfrastructureError, UsageError } from '../errors.ts'
import { emptyCassette } from './cassette-text.ts'

/** The suite that a case is added to, and its cassette. */
export interface Target {
  readonly path: string
  /** As it is shown to people. */
  readonly file: string
  /** Null for a suite that is not there yet. */
  readonly text: string | null
  readonly cases: ReadonlySet<string>
  /** Absolute paths. */
  readonly policies: readonly string[]
  readonly cassettePath: string
  readonly cassette: WrittenCassette
}

/** Throws a `UsageError` for a suite that does not load, or is not played from a cassette. */
export async function readTarget(name: string, config: Config): Promise<Target> {
  const path = resolve(config.cwd, name)
  const file = displayPath(path, config.cwd)
  if (!/\.ya?ml$/.test(path)) throw new UsageError(`${file}: a suite is a .yaml file`)
  if (!(await exists(path))) return newTarget(path, file, config)
  const [suite] = await loadSuites([path], config)
  const text = await readFile(path, 'utf8')
  const { value } = parseYaml({ file, folder: dirname(path), text: text.replace(/^\uFEFF/, '') })
  const toolset = isJsonObject(value) && isJsonObject(value.toolset) ? value.toolset : {}
  if (!suite || typeof toolset.cassette !== 'string')
    throw new UsageError([
      {
        message: `${file}: its cases are played on real servers, a recorded one from a cassette`,
        hint: 'promote the chain into a suite of its own: a file that is not there is made',
      },
    ])
  const cassettePath = resolve(dirname(path), toolset.cassette)
  const { written } = await readCassette(cassettePath, config.cwd)
  return {
    path,
    file,
    text,
    cases: new Set(suite.cases.map(({ id }) => id)),
    policies: suite.policies,
    cassettePath,
    cassette: written,
  }
}

/** A cassette without a suite was left by somebody who was stopped between the two: it is gone on with. */
async function newTarget(path: string, file: string, { cwd }: Config): Promise<Target> {
  const cassettePath = path.replace(/\.ya?ml$/, '.cassette.json')
  const isThere = await exists(cassettePath)
  const cassette = isThere ? (await readCassette(cassettePath, cwd)).written : emptyCassette
  return { path, file, text: null, cases: new Set(), policies: [], cassettePath, cassette }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Whole or not at all. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.draft`
  try {
    await mkdir(dirname(path), { recursive: true })
    const mode = await stat(path).then(
      (stats) => stats.mode & 0o777,
      () => 0o666,
    )
    await writeFile(draft, text, { flag: 'wx', mode })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw new InfrastructureError('promote', `cannot write ${path}: ${describeError(error)}`, {
      cause: error,
    })
  }
}

import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type Problem, UsageError } from '../errors.ts'

/**
 * Absolute paths in the order of the patterns, sorted within one, each once: of a folder its YAML files, and the suites of
 * the folders within. Throws a `UsageError` for a pattern without files.
 */
export async function findSuiteFiles(patterns: readonly string[], cwd: string): Promise<readonly string[]> {
  const found = await Promise.all(
    patterns.map(async (pattern) => ({ pattern, files: await match(pattern, cwd) })),
  )
  const problems: Problem[] = found
    .filter(({ files }) => files.length === 0)
    .map(({ pattern }) => ({ message: `no suite (*.yaml) in ${pattern}` }))
  if (problems.length > 0) throw new UsageError(problems)
  return [...new Set(found.flatMap(({ files }) => files))]
}

/** A file that is not there counts as found, so that reading it can say what is near. */
async function match(pattern: string, cwd: string): Promise<readonly string[]> {
  const path = resolve(cwd, pattern)
  if (basename(path).includes('*')) return filesIn(dirname(path), wildcard(basename(path)))
  const stats = await stat(path).catch(() => null)
  if (!stats?.isDirectory()) return [path]
  return [...new Set([...(await filesIn(path, yaml)), ...(await suitesBelow(path))])].sort()
}

const yaml = /\.ya?ml$/

/** The files that say they are suites, in a folder and those within it: what suites play with may be YAML too. */
export async function suitesBelow(folder: string): Promise<readonly string[]> {
  const files = await filesIn(folder, yaml)
  const isMeant = await Promise.all(files.map(saysSuite))
  const folders = await foldersIn(folder)
  const below = await Promise.all(folders.map(suitesBelow))
  return [...files.filter((_, index) => isMeant[index]), ...below.flat()]
}

async function saysSuite(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null || /^(["']?)suite\1\s*:/m.test(text)
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map((entry) => join(folder, entry.name))
}

async function filesIn(folder: string, name: RegExp): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && name.test(entry.name))
    .map((entry) => join(folder, entry.name))
    .sort()
}

function wildcard(pattern: string): RegExp {
  const literal = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`)
}

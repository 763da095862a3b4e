import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { Config } from './calltrail-config.ts'

/**
 * Whose suites they are, wherever they are checked out: runs are compared within a project. What calltrail.yaml calls it,
 * else where its repository's `origin` is, as `github.com/acme/tools`, with the folder of calltrail.yaml within it; without
 * one the folder itself.
 */
export async function projectOf({
  project,
  file,
  cwd,
}: Pick<Config, 'project' | 'file' | 'cwd'>): Promise<string> {
  if (project !== undefined) return project
  const folder = file === null ? cwd : dirname(resolve(cwd, file))
  const repository = await repositoryOf(folder)
  if (repository === null) return folder
  const within = file === null ? '' : relative(repository.folder, folder)
  return [repository.origin, ...within.split(sep).filter((part) => part !== '')].join('/')
}

interface Repository {
  readonly folder: string
  readonly origin: string
}

/** Git itself is not asked: it may not be there, and refuses a checkout that is another user's, as in containers. */
async function repositoryOf(folder: string): Promise<Repository | null> {
  const settings = await settingsIn(join(folder, '.git'))
  const url = settings === null ? null : originIn(settings)
  if (settings !== null) return url === null ? null : { folder, origin: withoutScheme(url) }
  const parent = dirname(folder)
  return parent === folder ? null : repositoryOf(parent)
}

/** The text of a repository's `config`; `.git` is a file in work trees and submodules, which says where that is. */
async function settingsIn(git: string): Promise<string | null> {
  const own = await read(join(git, 'config'))
  if (own !== null) return own
  const [, named] = /^gitdir: (.+)/.exec((await read(git)) ?? '') ?? []
  if (named === undefined) return null
  const folder = resolve(dirname(git), named)
  const common = await read(join(folder, 'commondir'))
  return read(join(common === null ? folder : resolve(folder, common.trim()), 'config'))
}

const read = (path: string) => readFile(path, 'utf8').catch(() => null)

function originIn(settings: string): string | null {
  let isOrigin = false
  for (const line of settings.split(/\r?\n/)) {
    if (line.trimStart().startsWith('[')) isOrigin = /^\s*\[remote "origin"\]/.test(line)
    const [, url] = /^\s*url\s*=\s*(\S.*?)\s*$/.exec(line) ?? []
    if (isOrigin && url !== undefined) return url
  }
  return null
}

/** The same for https, ssh and `git@host:path`, without what is secret: CI puts tokens into addresses. */
function withoutScheme(url: string): string {
  const [, host, path] = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(url) ?? []
  if (host !== undefined && path !== undefined)
    return `${host.toLowerCase()}/${bare(path.replace(/^\/+/, ''))}`
  if (!URL.canParse(url)) return bare(url)
  const { hostname, pathname } = new URL(url)
  return `${hostname.toLowerCase()}${bare(pathname)}`
}

const bare = (path: string) => path.replace(/\/+$/, '').replace(/\.git$/, '')

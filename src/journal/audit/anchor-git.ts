import { execFile } from 'node:child_process'
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { InfrastructureError } from '../../errors.ts'
import { isCode } from '../home.ts'
import type { AnchorPlace } from './anchor.ts'

const branch = 'calltrail-anchors'
const fileName = 'anchors.jsonl'
/** Another home may push at the same time: then it is done again on top of it. */
const attempts = 3

const run = promisify(execFile)

export interface GitAnchorOptions {
  readonly url: string
  /** For the git command line: what it needs to reach the remote. */
  readonly environment: NodeJS.ProcessEnv
}

/** A branch of a git remote, which is only ever added to. */
export function gitAnchor({ url, environment }: GitAnchorOptions): AnchorPlace {
  async function git(folder: string, ...args: readonly string[]): Promise<string> {
    const env = { ...passed(environment), GIT_TERMINAL_PROMPT: '0' }
    const settings = [
      '-c',
      'user.name=calltrail',
      '-c',
      'user.email=calltrail@localhost',
      '-c',
      'commit.gpgsign=false',
    ]
    const { stdout } = await run('git', [...settings, ...args], { cwd: folder, env })
    return stdout
  }

  /** Lets `act` work on a checkout of the branch, or of nothing where there is no such branch yet. */
  async function withCheckout<T>(act: (folder: string, isThere: boolean) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'calltrail-anchor-'))
    try {
      await git(folder, 'init', '--quiet', '--template=')
      const isThere = (await git(folder, 'ls-remote', '--', url, `refs/heads/${branch}`)) !== ''
      if (isThere) {
        await git(folder, 'fetch', '--quiet', '--depth=1', '--', url, `refs/heads/${branch}`)
        await git(folder, 'checkout', '--quiet', '--detach', 'FETCH_HEAD')
      }
      return await act(folder, isThere)
    } catch (error) {
      if (error instanceof InfrastructureError) throw error
      throw new InfrastructureError('anchor', `the anchor git:${url} cannot be used: ${saidBy(error)}`)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  const push = (line: string) =>
    withCheckout(async (folder) => {
      await appendFile(join(folder, fileName), line)
      await git(folder, 'add', fileName)
      await git(folder, 'commit', '--quiet', '--no-verify', '--message', 'A checkpoint of calltrail')
      await git(folder, 'push', '--quiet', '--', url, `HEAD:refs/heads/${branch}`)
    })

  return {
    name: `git:${url}`,
    read: () =>
      withCheckout(async (folder, isThere) => {
        if (!isThere) return null
        return readFile(join(folder, fileName), 'utf8').catch((error) => {
          if (isCode(error, 'ENOENT')) return ''
          throw error
        })
      }),
    async append(line) {
      for (let left = attempts - 1; ; left--)
        try {
          return await push(line)
        } catch (error) {
          if (left === 0) throw error
        }
    },
  }
}

/** What leads git to the remote and proves who asks; not what leads it to another repository than the one it works in. */
const passedNames =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|LANG|LC_\w+|XDG_\w+|SSH_\w+|GIT_(?:SSH\w*|ASKPASS|SSL_\w+|CONFIG_\w+)|SSL_CERT_\w+|(?:https?|all|no)_proxy)$/i

const passed = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => passedNames.test(name)))

/** The first thing that git said, else what kept it from being run. */
function saidBy(error: unknown): string {
  if (isCode(error, 'ENOENT')) return 'there is no git on the PATH'
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  return said.split('\n')[0] || String(error)
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { projectOf } from '../../src/config/project.ts'

const root = mkdtempSync(join(tmpdir(), 'calltrail-project-'))
afterAll(() => rmSync(root, { recursive: true }))

let checkouts = 0

/** A checkout of a repository at a place of its own. */
function checkout(origin: string | null): string {
  const folder = join(root, `checkout-${checkouts++}`)
  mkdirSync(join(folder, '.git'), { recursive: true })
  mkdirSync(join(folder, 'services', 'a'), { recursive: true })
  const remote = origin === null ? '' : `[remote "origin"]\n\turl = ${origin}\n\tfetch = +refs/heads/*\n`
  const settings = `[core]\n\tbare = false\n[remote "fork"]\n\turl = https://example.org/fork.git\n${remote}[branch "main"]\n`
  writeFileSync(join(folder, '.git', 'config'), settings)
  return folder
}

const projectIn = (cwd: string, file = 'calltrail.yaml') => projectOf({ cwd, file })

test('a repository is one project wherever it is checked out and however it is asked for, and no token is in its name', async () => {
  const addresses = [
    ...[
      'https://github.com/acme/tools.git',
      'https://GitHub.com/acme/tools/',
      'git@github.com:acme/tools.git',
    ],
    ...['ssh://git@github.com:22/acme/tools', 'https://ci-token:s3cret@github.com/acme/tools.git'],
  ]
  for (const address of addresses) expect(await projectIn(checkout(address))).toBe('github.com/acme/tools')
  expect(await projectIn(checkout('/srv/git/tools.git'))).toBe('/srv/git/tools')
})

test('a calltrail.yaml in a folder of a repository is a project of its own, from wherever it is used', async () => {
  const folder = checkout('https://github.com/acme/all.git')
  expect(await projectIn(join(folder, 'services', 'a'))).toBe('github.com/acme/all/services/a')
  expect(await projectIn(folder, 'services/a/calltrail.yaml')).toBe('github.com/acme/all/services/a')
  expect(await projectOf({ cwd: join(folder, 'services'), file: null })).toBe('github.com/acme/all')
})

test('a work tree is of the repository that it is a tree of', async () => {
  const [main, tree] = [checkout('https://github.com/acme/tools'), join(root, 'tree')]
  const own = join(main, '.git', 'worktrees', 'tree')
  mkdirSync(own, { recursive: true })
  mkdirSync(tree)
  writeFileSync(join(own, 'commondir'), '../..\n')
  writeFileSync(join(tree, '.git'), `gitdir: ${own}\n`)
  expect(await projectIn(tree)).toBe('github.com/acme/tools')
})

test('without a remote it is the folder, and what calltrail.yaml calls it comes first', async () => {
  const folder = checkout(null)
  expect(await projectIn(folder)).toBe(folder)
  expect(await projectOf({ cwd: folder, file: null, project: 'tools' })).toBe('tools')
})

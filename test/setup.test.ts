import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'

/** A clone with a source tree of its own, that shares what is installed here. */
function clone(sources: Readonly<Record<string, string>>, { installed = true } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'calltrail-setup-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const file of ['scripts/setup.mjs', 'package.json', 'package-lock.json'])
    cpSync(file, join(root, file))
  for (const file of ['tsconfig.json', 'tsconfig.build.json']) cpSync(file, join(root, file))
  if (installed) symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'junction')
  for (const [name, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(root, 'src', name)), { recursive: true })
    writeFileSync(join(root, 'src', name), text)
  }
  const setup = (env: Readonly<Record<string, string>> = {}) =>
    spawnSync(process.execPath, [join(root, 'scripts/setup.mjs')], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    })
  const has = (file: string) => existsSync(join(root, file))
  return { root, setup, has }
}

const program = { 'cli/main.ts': 'export const answer: number = 1\n' }

/** Stands where npm would, says what it is given, and fails. */
const failingNpm = `
  const { NODE_ENV = null, npm_config_omit = null, npm_lifecycle_event = null, NODE_EXTRA_CA_CERTS } = process.env
  console.log(JSON.stringify({ args: process.argv.slice(2), NODE_ENV, npm_config_omit, npm_lifecycle_event, NODE_EXTRA_CA_CERTS }))
  process.exitCode = 7`

describe('setup', () => {
  test('builds, and takes back what a deleted source became', () => {
    const { root, setup, has } = clone({ ...program, 'attic/old.ts': 'export const old = 1\n' })
    expect(setup()).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect([has('dist/cli/main.js'), has('dist/attic/old.js')]).toEqual([true, true])
    rmSync(join(root, 'src/attic'), { recursive: true })
    expect(setup().status).toBe(0)
    expect([has('dist/cli/main.js'), has('dist/attic/old.js'), has('dist/attic/old.d.ts')]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('makes again an output that is gone', () => {
    const { root, setup, has } = clone(program)
    setup()
    rmSync(join(root, 'dist/cli/main.js'))
    expect(setup().status).toBe(0)
    expect(has('dist/cli/main.js')).toBe(true)
  })

  test('a source that does not compile: the place, on stderr, and not 0', () => {
    const { setup } = clone({ 'cli/main.ts': "export const answer: number = 'one'\n" })
    const { status, stdout, stderr } = setup()
    expect([status === 0, stdout]).toEqual([false, ''])
    expect(stderr).toMatch(/main\.ts.*TS2322[\s\S]*the build failed/)
  })

  test('where the lockfile says otherwise, npm is told to install everything; its failure is ours', () => {
    const { root, setup, has } = clone(program)
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
    lock.packages['node_modules/yaml'].version = '0.0.1'
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock))
    const npm = join(root, 'npm.cjs')
    writeFileSync(npm, failingNpm)
    const settings = { NODE_ENV: 'production', npm_config_omit: 'dev', npm_lifecycle_event: 'pretest' }
    const { status, stdout, stderr } = setup({
      ...settings,
      npm_execpath: npm,
      NODE_EXTRA_CA_CERTS: '/certificates.pem',
    })
    expect([status, stdout, has('dist')]).toEqual([7, '', false])
    expect(stderr).toMatch(/^installing[\s\S]*^npm ci failed/m)
    const told = JSON.parse(/^\{.*$/m.exec(stderr)?.[0] ?? 'null')
    expect(told).toMatchObject({ NODE_ENV: null, npm_config_omit: null, npm_lifecycle_event: null })
    expect(told).toMatchObject({ NODE_EXTRA_CA_CERTS: '/certificates.pem' })
    expect(told.args).toEqual(expect.arrayContaining(['ci', '--include=dev', '--include=optional']))
  })

  test('without npm it says what to run', () => {
    const { setup } = clone(program, { installed: false })
    expect(setup({ npm_execpath: '' })).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'run this through npm: npm start, npm test or npm run build\n',
    })
  })
})

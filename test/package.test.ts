import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { version } from '../src/version.ts'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))

interface LockedPackage {
  readonly version: string
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const packages: [string, LockedPackage][] = Object.entries(lock.packages)

test('the lockfile has an entry for every optional dependency, those of other platforms too', () => {
  const missing = packages.flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${folder}/node_modules/${name}`],
    ),
  )
  expect(missing).toEqual([])
})

test('the lockfile names no registry but the public one', () => {
  const hosts = packages.flatMap(([, { resolved }]) => (resolved ? [new URL(resolved).host] : []))
  expect(hosts.filter((host) => host !== 'registry.npmjs.org')).toEqual([])
})

test('the lockfile is that of package.json', () => {
  const { dependencies, devDependencies } = lock.packages['']
  expect({ dependencies, devDependencies }).toEqual({
    dependencies: manifest.dependencies,
    devDependencies: manifest.devDependencies,
  })
})

test('there is one version, and what is published is there', () => {
  expect(version).toBe(manifest.version)
  expect(lock.version).toBe(manifest.version)
  for (const file of [
    ...manifest.files.filter((name: string) => !name.startsWith('!')),
    manifest.bin.calltrail,
    ...Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry ?? {}),
    ),
  ])
    expect([file, existsSync(file)]).toEqual([file, true])
  expect(readFileSync(manifest.bin.calltrail, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
})

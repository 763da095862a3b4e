import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  filesAreShort,
  heavyPackagesStayInOnePlace,
  helpLoadsLittle,
  importsOf,
  importsPointDown,
  namesSayWhatIsInside,
  nothingImportsInCircles,
  processBelongsToTheCommandLine,
  type Rule,
  roomOf,
  type SourceFile,
  testsMirrorSources,
} from './rules.ts'

function filesIn(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}

const sources = filesIn('src')
const tests = filesIn('test')

const rules: Readonly<Record<string, { rule: Rule; broken: readonly SourceFile[] }>> = {
  'imports point down, and rooms on one line never meet': {
    rule: importsPointDown,
    broken: [{ path: 'src/record/a.ts', text: "import type { Store } from '../store/stores.ts'\n" }],
  },
  'nothing imports in circles': {
    rule: nothingImportsInCircles,
    broken: [
      { path: 'src/domain/a.ts', text: "import { b } from './b.ts'\n" },
      { path: 'src/domain/b.ts', text: "export { a } from './a.ts'\n" },
    ],
  },
  'files are short': { rule: filesAreShort, broken: [{ path: 'src/cli/a.ts', text: '\n'.repeat(301) }] },
  'names say what is inside, in kebab-case': {
    rule: namesSayWhatIsInside,
    broken: [{ path: 'src/store/utils.ts', text: '' }],
  },
  'only the command line ends the process, and nothing writes to the console': {
    rule: processBelongsToTheCommandLine,
    broken: [{ path: 'src/store/a.ts', text: 'process.exit(1)' }],
  },
  'heavy packages load in one place, when they are needed': {
    rule: heavyPackagesStayInOnePlace,
    broken: [{ path: 'src/cli/eval.ts', text: "import { Session } from 'chdb'\n" }],
  },
  '--help loads the table of commands alone': {
    rule: helpLoadsLittle,
    broken: [{ path: 'src/cli/main.ts', text: "import { z } from 'zod'\n" }],
  },
}

describe('the house', () => {
  for (const [name, { rule, broken }] of Object.entries(rules))
    test(name, () => {
      expect(rule(sources)).toEqual([])
      expect(rule(broken)).not.toEqual([])
    })

  test('tests stand where what they test stands', () => {
    expect(testsMirrorSources(sources)(tests)).toEqual([])
    expect(testsMirrorSources(sources)([{ path: 'test/nowhere/a.test.ts', text: '' }])).toHaveLength(1)
    expect(filesAreShort(tests)).toEqual([])
    expect(namesSayWhatIsInside(tests)).toEqual([])
  })

  test('every import is seen: static, dynamic, re-exported, for its effect, over several lines', () => {
    const text = [
      "import a from './a.ts'",
      "import {\n  b,\n  type C,\n} from './b.ts'",
      "export type * from './c.ts'",
      "import './d.ts'",
      "const e = await import('./e.ts')",
    ].join('\n')
    const names = importsOf({ path: 'src/cli/x.ts', text })
    expect([...names].sort()).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts'])
    expect(roomOf('src/errors.ts')).toBe('errors')
    expect(sources.flatMap(importsOf).length).toBeGreaterThan(400)
  })
})

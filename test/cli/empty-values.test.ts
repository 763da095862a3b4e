import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addKeeping } from '../../src/cli/commands/keeping.ts'
import { addReading } from '../../src/cli/commands/reading.ts'
import { runHere } from './run-here.ts'

const asked = [
  ...['tool', 'server', 'user', 'client', 'text', 'session', 'run'].map((name) => ['chains', `--${name}`]),
  ...[['drift', '--server'], ['chain'], ['promote', '--suite', 'one.yaml'], ['audit', 'prove']],
]

test.each(asked)('an empty value is no filter, and is refused: %s %s', (...args) => {
  let told = ''
  const program = new Command().exitOverride().configureOutput({
    writeErr: (text) => {
      told += text
    },
  })
  addReading(program)
  addKeeping(program)
  for (const empty of ['', ' '])
    expect(() => program.parse([...args, empty], { from: 'user' })).toThrow('it is empty')
  expect(told).toContain('it is empty')
})

test('an empty value ends the command with 2', async () => {
  expect(await runHere(['chains', '--user', ''])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining("option '--user <name>' argument '' is invalid. it is empty"),
  })
})

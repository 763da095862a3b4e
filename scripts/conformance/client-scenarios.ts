// The suite's client scenarios: it starts a server, we start a client, without and with a gateway between them.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, run } from '../packages/install.ts'
import { readVerdicts, type Verdicts } from './verdicts.ts'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** As the paths to a server: the first is what the other is held to. */
const clients = ['test/fixtures/conformance/client.ts', 'scripts/conformance/client-through-gateway.ts'].map(
  (program) => [process.execPath, '--import', import.meta.resolve('tsx'), at(program)].join(' '),
)

/** One scenario after the other: all at once, as the suite would, leaves none of them the time that it measures. */
export async function clientVerdicts(suite: Command, folder: string): Promise<readonly Verdicts[]> {
  const folders = clients.map((_, index) => join(folder, String(index)))
  for (const each of folders) await mkdir(each, { recursive: true })
  for (const scenario of await clientScenarios(suite))
    await Promise.all(
      clients.map((command, index) => {
        const results = folders[index] ?? folder
        const args = ['client', '--scenario', scenario, '--command', command, '--output-dir', results]
        return run({ ...suite, args: [...suite.args, ...args] }, { cwd: folder })
      }),
    )
  return folders.map(readVerdicts)
}

async function clientScenarios(suite: Command): Promise<readonly string[]> {
  const said = await run({ ...suite, args: [...suite.args, 'list', '--client'] })
  const names = Array.from(said.matchAll(/^ {2}- (\S+)/gm), ([, name = '']) => name)
  if (names.length === 0) throw new Error(`it lists no client scenarios\n${said.trim()}`)
  return names
}

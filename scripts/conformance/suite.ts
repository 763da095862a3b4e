// The official suite, as a command.
import { type Command, install, nodeOf } from '../packages/install.ts'

const version = '0.2.0-alpha.12'

/** How the suite is started. Throws where it cannot be installed. */
export async function installSuite(): Promise<Command> {
  const name = '@modelcontextprotocol/conformance'
  const command = await nodeOf(22)
  const wanted = { name: `conformance-${version}`, packages: [`${name}@${version}`] }
  return { command, args: [await install({ ...wanted, program: `${name}/dist/index.js` }, command)] }
}

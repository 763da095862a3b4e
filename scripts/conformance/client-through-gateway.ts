// The client of the fixtures, as the suite starts it, with a gateway of its own between it and the suite's server.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { along, openGateway } from './paths.ts'

const upstream = process.argv.at(-1)
const folder = await mkdtemp(join(tmpdir(), 'calltrail-conformance-'))
try {
  const open = (start: Parameters<typeof openGateway>[0]) => openGateway(start, folder, { url: upstream })
  await along({ open }, folder, async (url) => {
    process.argv.push(url)
    await import('../../test/fixtures/conformance/client.ts')
  })
} finally {
  await rm(folder, { recursive: true, force: true })
}

import { readJournal } from '../journal/reader.ts'
import { ingestProgress } from '../show/ingest-progress.ts'
import { rebuildDocument } from '../show/json-document.ts'
import { renderRebuild } from '../show/rebuild-report.ts'
import { terminalOf } from '../show/terminal.ts'
import { rebuildStore } from '../store/rebuild.ts'
import { commandPrefix } from './command-prefix.ts'
import { openLog } from './home.ts'
import { print, printJson } from './print.ts'
import { unservedHome } from './unserved-home.ts'

/** Makes the database anew from the journal; the one that is there stays until the new one is whole. */
export async function rebuildDatabase({
  json,
  dropForeign,
}: {
  readonly json?: true
  readonly dropForeign?: true
}): Promise<number> {
  const { CLICKHOUSE_URL: url, CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password } = process.env
  const home = unservedHome()
  process.umask(0o077)
  const links = openLog(home)
  const progress = ingestProgress(process.stderr)
  try {
    const report = await rebuildStore({ home: home.path, url, user, password }, readJournal(home), {
      links,
      lock: home.ingestLock,
      onProgress: progress.step,
      dropForeign,
    })
    progress.end()
    if (json) printJson(rebuildDocument(report))
    else print(renderRebuild(report, commandPrefix(), terminalOf(process.stdout, process.env)))
    return 0
  } finally {
    progress.end()
    links.close()
  }
}

import { loadConfig } from '../config/calltrail-config.ts'
import type { Target } from '../store/ddl.ts'
import { printedMigration } from '../store/migrate.ts'
import { migrateStore } from '../store/stores.ts'
import { print } from './print.ts'
import { say } from './run-command.ts'
import { unservedHome } from './unserved-home.ts'

export interface MigrateCommand {
  readonly target?: Target
  readonly print?: true
  readonly config?: string
}

/** Makes the tables what this version needs, and keeps rows for as long as calltrail.yaml says. */
export async function migrateTables({
  target,
  print: isPrinted,
  config: file,
}: MigrateCommand): Promise<number> {
  const { CLICKHOUSE_URL: url, CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password } = process.env
  const { retention } = await loadConfig(file, process.cwd())
  if (isPrinted) {
    print(printedMigration(target ?? (url ? 'server' : 'local'), retention))
    return 0
  }
  const { path: home } = unservedHome()
  process.umask(0o077)
  const done = await migrateStore({ home, url, user, password }, { target, retention })
  const retained = done.retained.length > 0 ? `; retention changed: ${done.retained.join(', ')}` : ''
  if (done.missing.length > 0)
    say(`made anew, empty: ${done.missing.join(', ')}; calltrail store rebuild fills them from the journal`)
  say(`the tables are those of schema ${done.version}, target ${done.target}${retained}`)
  return 0
}

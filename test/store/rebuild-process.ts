import { Session } from 'chdb'
import { openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { rebuildStore } from '../../src/store/rebuild.ts'
import { openLog } from './recorded-home.ts'

// Rebuilds the database of a home as a command does, and is killed before the statement of that number, counted from 0, that
// puts the new tables in place.
const [path = '', last = ''] = process.argv.slice(2)
const swaps = /^(CREATE TABLE `\w+`\.rebuilt_tables|INSERT INTO `\w+`\.rebuilt_tables|EXCHANGE|DROP DATABASE)/
let swapped = 0

function killAtLast(sql: string): void {
  if (swaps.test(sql) && swapped++ === Number(last)) process.kill(process.pid, 'SIGKILL')
}

const { queryAsync, queryBindAsync } = Session.prototype
Session.prototype.queryAsync = function (this: Session, sql, ...more) {
  killAtLast(sql)
  return queryAsync.call(this, sql, ...more)
}
Session.prototype.queryBindAsync = function (this: Session, sql, ...more) {
  killAtLast(sql)
  return queryBindAsync.call(this, sql, ...more)
}
const home = openHome(path)
await rebuildStore({ home: path }, readJournal(home), { links: openLog(home), lock: home.ingestLock })
process.stdout.write(`${swapped}`)
process.exit(0)

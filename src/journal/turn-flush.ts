/**
 * Flushes before it calls back: once for all who ask within one turn of the event loop. Who was alone in the last turn
 * is not made to wait for company in this one.
 */
export function turnFlush(flush: () => void): (then: () => void) => void {
  let waiting: (() => void)[] = []
  let asked = 0
  let isCrowded = false

  function endTurn(): void {
    const group = waiting
    isCrowded = asked > 1
    waiting = []
    asked = 0
    if (group.length > 0) flush()
    for (const then of group) then()
  }

  return (then) => {
    asked += 1
    if (asked === 1) setImmediate(endTurn)
    if (isCrowded) waiting.push(then)
    else {
      flush()
      then()
    }
  }
}

/**
 * All that the lexical baseline knows of a language: closed lists of English words that ask, bind and refer. None
 * names a tool, a product or a topic.
 */

/** Words that say nothing about what is wanted, light verbs among them: they neither rank a tool nor count against one. */
export const functionWords = set(`
  a an the this that these those there here it its itself they them their he she his her him we us our you your i me my
  mine one some any all each every both whole entire no not none nor
  and or but so if then than as when while because also just only too very again now first next finally
  of in on at to from by with without for about into onto over under between after before within through per via
  is are was were be been being am do does did done has have had having can could will would shall should may might must
  what which who whom whose where why how
  called named titled entitled back together
  show give tell see look know
  please thanks thank hello hi hey ok okay yes let lets want wants need needs like d ll m re s t ve
`)

/** How a request begins, apart from a question: a verb in the imperative. */
export const requestVerbs = set(`
  add append apply archive assign book build calculate call cancel change check clean clear close compare compile compute
  convert copy count create cut decrease deliver delete describe disable display download draw drop echo edit empty enable
  execute explain export extract fetch figure fill filter find fix forward generate get give go grab import increase insert
  install inspect invite join keep launch link list load locate log look make mark measure merge move note notify open order
  pay paste pick play plan post print pull push put query read record remember remind remove rename repeat replace reply
  report reschedule reserve reset resolve restart restore retrieve return reverse run save say scan schedule search see send
  set share show sort split start stop store submit subscribe subtract summarise summarize switch tag take tell test think
  toggle trace track translate trigger turn undo unlink update upload use validate verify view visit wait walk watch write
`)

/** How a question or a wish begins. */
export const questionWords = set(`
  what which who whom whose where when why how is are was were does did can could will would should may
  if unless before once let lets i'd i'll
`)

/** Politeness and order, before the verb of a request. */
export const openers = set('please now also first then next finally and so ok okay just well')

/** Such a sentence says how to answer; no tool is asked for. */
export const answerVerbs = set('answer reply respond')

/** A word of these in a step points at what came before it. */
export const references = set(
  'it its them their that this these those result results output outcome same above',
)

/**
 * Asks for the meaning of a word or a kind of thing, not about a thing: `what is a sonnet`, `explain how tides work`.
 */
export const generalQuestion =
  /^(?:please\s+|(?:can|could)\s+you\s+)?(?:what(?:['’]s|\s+is|\s+are)\s+(?:an?\s|the\s+difference)|what\s+does\s.*\b(?:mean|stand\s+for)\b|(?:explain|define|describe)\s+(?:what|why|how|the\s+(?:term|difference|concept))\b)/i

/** Prepositions and participles, the telling ones first, and the names of parameters whose argument often follows. */
export const roles: readonly (readonly [introducedBy: readonly string[], named: ReadonlySet<string>])[] = [
  [['from'], set('from source src origin sender start old begin')],
  [['to', 'into', 'onto', 'as'], set('to target destination dest recipient end until new')],
  [['called', 'named', 'titled', 'entitled'], set('name title label subject')],
  [['saying', 'says', 'reading', 'that'], set('message text content body note reason')],
  [
    ['about', 'for', 'matching', 'mentioning', 'containing'],
    set('query topic subject keyword search term pattern q'),
  ],
  [['in', 'at', 'near', 'around'], set('location city place region country address room where')],
  [['with'], set('attendee participant guest new replacement')],
  [['on', 'at', 'by'], set('date day time when due deadline')],
]

function set(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/))
}

import { businessWords } from './business.ts'
import { dailyLifeWords } from './daily-life.ts'
import { designAndMediaWords } from './design-and-media.ts'
import { developmentWords } from './development.ts'
import { everydayWords } from './everyday.ts'
import { knowledgeWords } from './knowledge.ts'
import { officeWords } from './office.ts'
import { operationsWords } from './operations.ts'
import { englishTasks } from './tasks.ts'

/** What is said of one domain or task; its tool words do not stand for each other. */
export const englishDomains = [
  englishTasks,
  everydayWords,
  officeWords,
  businessWords,
  developmentWords,
  operationsWords,
  designAndMediaWords,
  dailyLifeWords,
  knowledgeWords,
].join('\n')
